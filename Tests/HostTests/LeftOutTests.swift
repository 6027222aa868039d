import RapportCore
import RapportEngagement
import RapportHost
import RapportStorage
import RapportTestKit
import Testing

/// Whom nobody asks about, because segments leave them out, hears why all the same.
@Suite("Who is left out of segments")
struct LeftOutTests {
    private static let channel = "channels: {mail: {plugin: channel.outbox, folder: mail, format: json}}"

    private func person(_ name: String, _ rapport: Rapport) async throws -> PersonID {
        try #require(try await rapport.database.read { try People.find("\(name)@example.org", in: $0) })
    }

    private func why(_ person: PersonID, _ rapport: Rapport) async throws -> [Explanation] {
        try await rapport.database.read { db in
            try rapport.explainer.explain(person: person, in: db).filter { $0.facts["outcome"] == "left_out" }
        }
    }

    @Test(
        "a campaign counts them, its forecast names them, and each is told since when and of which segments",
        arguments: DatabaseKind.available)
    func campaign(kind: DatabaseKind) async throws {
        try await House.with(kind, Self.channel) { house in
            let rapport = house.rapport
            let outreach = try await rapport.outreach(rapport.makeChannels())
            try await house.define()
            for name in ["Ann", "Ben", "Cy", "Dot"] { try await house.arrives(name, consenting: true) }
            let now = rapport.clock.now
            try await rapport.database.write { db in
                let nested = DefinitionDraft(
                    kind: "segment", name: "nested", body: #"segment("everyone") and not first_name = "Ben""#)
                _ = try rapport.definitions.apply([nested], actor: "test", now: now, in: db)
            }
            try await house.settle(outreach)
            let (ann, ben, cy) = (
                try await person("ann", rapport), try await person("ben", rapport), try await person("cy", rapport)
            )
            try await house.campaign("early", outreach.desk)
            try await house.settle(outreach)
            _ = try await rapport.take(.object(topic: nil, channel: nil), of: ann, actor: "test", evidence: "call")
            _ = try await rapport.take(.object(topic: Unprofiled.topic, channel: nil), of: ben, actor: "test", evidence: "call")
            _ = try await rapport.take(.restrict, of: cy, actor: "test", evidence: "letter")
            try await house.settle(outreach)

            let forecast = try await outreach.desk.forecast("early")
            let left = forecast.lines.filter { $0.verdict == "left_out" }
            #expect(left.map(\.reason) == ["objected", "restricted"] && left.map(\.count) == [2, 1] && forecast.asked == 1)
            #expect(left.first?.samples.count == 2)

            try await house.campaign("late", outreach.desk)
            try await house.settle(outreach)
            let report = try await outreach.desk.report("late")
            #expect(report.asked == 1 && report.reasons["left_out:objected"] == 2 && report.reasons["left_out:restricted"] == 1)
            #expect(try await outreach.desk.report("early").reasons["left_out:objected"] == nil)
            let told = try await rapport.database.read { try rapport.explainer.explain(campaign: "late", in: $0) }
            #expect(
                told.details.contains(
                    "2 were not asked about: the segment everyone leaves out whoever has objected to marketing or to being profiled."
                ),
                "\(told.details)")

            // Of the campaign before her objection she has a receipt; of the one after it she is told why there is none.
            let hers = try await why(ann, rapport)
            #expect(hers.compactMap { $0.facts["campaign"]?.string } == ["late"], "\(hers.map(\.sentence))")
            #expect(hers.last?.facts["segments"] == ["everyone", "nested"] && hers.last?.facts["because"] == "objected")
            #expect(try await why(ben, rapport).last?.facts["segments"] == ["everyone"], "judged within, too")
            #expect(try await why(cy, rapport).last?.facts["because"] == "restricted")
            #expect(try await why(person("dot", rapport), rapport).isEmpty)
            let all = try await rapport.database.read { try rapport.explainer.explain(person: ann, in: $0) }
            #expect(all.first?.facts["outcome"] != "left_out" && all.count == hers.count + 1, "what was decided comes first")

            let lifted = NewEvent(
                kind: "objection.lifted", source: "form", person: ann, occurredAt: rapport.clock.now + .seconds(1),
                properties: [:])
            _ = try await rapport.door.accept([lifted], in: rapport.database)
            try await house.settle(outreach)
            #expect(try await why(ann, rapport).isEmpty)
        }
    }
}
