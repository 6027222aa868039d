public import RapportCore
public import RapportStorage

extension HouseResponses {
    private static let kinds: Set<String> = [
        "message.sent", "message.bounced", "link.clicked", "message.replied", "page.viewed", "session.started", "form.submitted",
        "order.placed",
    ]
    /// Of these only what names a campaign is a response.
    private static let visits: Set<String> = ["page.viewed", "session.started", "form.submitted", "message.bounced"]

    private struct Reply: BitwiseCopyable {
        var person: PersonID
        var at: Int64
        var campaign: Int64
        var isBounce: Bool

        var mark: Mark { Mark(at: Timestamp(milliseconds: at), campaign: campaign, isBounce: isBounce) }
    }

    /// When somebody's first and last message went: replies outside are of no interest.
    private struct Spell {
        var first = Int64.max
        var last = Int64.min
    }

    /// Hands over each person with their messages, by time, in the order of the people's numbers.
    ///
    /// Of replies only those are kept that somebody who had a message before made in time.
    public func read(_ catalog: Catalog, in db: Connection, _ body: (PersonID, [Message]) throws -> Void) throws {
        let kinds = try catalog.existingKinds(Self.kinds, in: db)
        guard let sent = kinds["message.sent"]?.id else { return }
        // Who is known by a device only has messages too.
        let living = try LivingPeople(anonymousToo: true, in: db)
        var spells = [Spell](repeating: Spell(), count: living.bound)
        var (earliest, latest) = (Int64.max, Int64.min)
        var messages = try SentMessages(
            where: "kind = \(sent) AND occurred_at >= \(since) AND occurred_at <= \(until)\(whom)", of: living, in: db
        ) { sent in
            let person = Int(sent.person)
            spells[person].first = min(spells[person].first, sent.at)
            spells[person].last = max(spells[person].last, sent.at)
            (earliest, latest) = (min(earliest, sent.at), max(latest, sent.at))
        }
        guard earliest <= latest else { return }
        let patience = lookBack.values.reduce(rest) { max($0, $1) }.milliseconds
        var replies = PersonPiles<Reply>(people: living.bound, person: \.person)
        for kind in kinds.values.sorted(by: { $0.id < $1.id }) where kind.id != sent {
            let isBounce = kind.name == "message.bounced"
            guard let chosen = Self.chosen(kind) else { continue }
            // A bounce may be told late.
            let end = isBounce ? until.milliseconds : min(until.milliseconds, latest.saturatingAdding(patience))
            try db.stream(
                """
                SELECT person, occurred_at, \(chosen.campaign) FROM timeline
                WHERE kind = \(kind.id) AND occurred_at >= \(earliest) AND occurred_at <= \(end)\(chosen.filter)\(whom)
                """
            ) { row in
                let (person, at) = (row.integer(0), row.integer(1))
                guard person > 0, person < spells.count, case let spell = spells[Int(person)], at >= spell.first,
                    isBounce || at <= spell.last.saturatingAdding(patience)
                else { return }
                replies.add(
                    Reply(person: person, at: at, campaign: row.integerOrNil(2) ?? 0, isBounce: isBounce), of: person)
            }
        }
        for place in messages.places {
            let replied = replies.take(place)
            try messages.take(place, in: db) { person, own in
                var list = own.map { one in
                    Message(
                        at: Timestamp(milliseconds: one.at), campaign: one.campaign, channel: one.channel, topic: one.topic)
                }
                settle(&list, replied[person].map(\.mark))
                try body(person, list)
            }
        }
    }

    private var whom: SQL { person.map { " AND person = \($0)" } ?? "" }

    /// Where a reply names its campaign, and which events of the kind are replies; `nil` where none can be.
    private static func chosen(_ kind: Kind) -> (campaign: SQL, filter: SQL)? {
        func column(_ name: String) -> SQL? {
            kind.definition.slots.firstIndex { $0.name == name }.map { "n\(raw: String($0 + 1))" }
        }
        var filter: SQL = ""
        if visits.contains(kind.name) {
            guard let campaign = column("campaign") else { return nil }
            filter = " AND \(campaign) <> 0"
        }
        // A machine that follows links is no answer.
        if let human = column("human") { filter = "\(filter) AND COALESCE(\(human), 1) <> 0" }
        return (column("campaign") ?? "NULL", filter)
    }
}

extension Int64 {
    fileprivate func saturatingAdding(_ other: Int64) -> Int64 {
        let (sum, isTooBig) = addingReportingOverflow(other)
        return isTooBig ? (other > 0 ? .max : .min) : sum
    }
}
