import RapportCore
import RapportStorage

extension Explainer {
    /// What no receipt says, for nobody asked: that segments leave the person out, which would have them otherwise, and which campaigns
    /// went by since.
    func leftOut(_ person: PersonID, origins: [PersonID], limit: Int, in db: Connection) throws -> [Explanation] {
        guard let segments, try db.integer("SELECT state FROM people WHERE id = \(person)") == 0 else { return [] }
        let unprofiled = try Unprofiled.read(of: [person], in: db)
        guard let since = unprofiled.since[person] else { return [] }
        let because: SegmentQuestions.LeftOut = unprofiled.restricted.contains(person) ? .restricted : .objected
        let names = try SegmentStore.all(in: db).map(\.name)
        let found = try segments.leftOut(of: names, among: [person], at: db.now(), in: db).keys.sorted()
        let called = try name(person, in: db)
        let general = Explanation(
            sentence: texts(
                "why.left_out.\(because.rawValue)\(found.isEmpty ? "_nowhere" : "")",
                ["person": called, "date": day(since), "segments": found.joined(separator: ", ")]),
            facts: [
                "outcome": "left_out", "because": .string(because.rawValue), "since": .string(since.rfc3339),
                "segments": .array(found.map { .string($0) }),
            ])
        let begun = try CampaignStore.all(in: db).filter { $0.act != 0 && found.contains($0.plan.segment) }
        let decided = Set(
            try db.all(
                """
                SELECT act FROM receipts WHERE person IN \(list: origins) AND act IN \(list: begun.map(\.act))
                UNION SELECT act FROM drops WHERE person IN \(list: origins) AND act IN \(list: begun.map(\.act))
                """
            ) { $0.integer(0) })
        let campaigns = begun.reversed().compactMap { campaign -> Explanation? in
            guard !decided.contains(campaign.act), let start = campaign.history.first(where: { $0.step == .start })?.at,
                start >= since
            else { return nil }
            let values = [
                "person": called, "campaign": campaign.name, "segment": campaign.plan.segment, "date": day(start),
                "because": texts("why.left_out.because.\(because.rawValue)"),
            ]
            return Explanation(
                sentence: texts("why.left_out.campaign", values),
                facts: [
                    "outcome": "left_out", "because": .string(because.rawValue), "campaign": .string(campaign.name),
                    "segment": .string(campaign.plan.segment), "began_at": .string(start.rfc3339),
                ])
        }
        return campaigns.prefix(limit) + [general]
    }
}
