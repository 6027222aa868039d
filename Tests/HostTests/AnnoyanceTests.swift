import RapportAnalytics
import RapportCore
import RapportHost
import RapportStorage
import RapportTestKit
import Testing

/// What messages cost in goodwill.
@Suite("Annoyance")
struct AnnoyanceTests {
    @Test(
        "leaving counts against the last message before, once, and by how many the person had had",
        arguments: DatabaseKind.available)
    func story(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            let start = house.rapport.clock.now - .days(60)
            func event(_ kind: String, _ person: String, _ day: Int64, _ properties: JSONValue = [:])
                -> NewEvent
            {
                NewEvent(
                    kind: kind, source: "shop",
                    identifiers: [Identifier(kind: "email", value: "\(person)@a.example")],
                    occurredAt: start + .days(day), properties: properties, history: true)
            }
            func sent(_ person: String, _ day: Int64, _ topic: String) -> NewEvent {
                event(
                    "message.sent", person, day,
                    ["campaign": .string("c\(day)"), "channel": "email", "topic": .string(topic)])
            }
            let events =
                [
                    sent("ann", 0, "offers"), sent("ann", 2, "offers"), sent("ann", 4, "news"),
                    sent("bo", 1, "offers"),
                    sent("cy", 1, "news"),
                ] + [
                    // Ann leaves after her third within a week, by two clicks; Bo complains; Cy leaves long after.
                    event("permission.withdrawn", "ann", 5, ["topic": "news"]),
                    event("objection.made", "ann", 5),
                    event(
                        "message.complained", "bo", 2,
                        ["campaign": "c1", "channel": "email", "topic": "offers"]),
                    event("permission.withdrawn", "cy", 40, ["topic": "news"]),
                ]
            let door = house.rapport.door
            _ = try await house.rapport.database.write { db in
                try door.accept(events, in: db) as [Acceptance]
            }
            try await house.rapport.stepping {}
            let (catalog, now) = (house.rapport.catalog, house.rapport.clock.now)
            let found = try await house.rapport.database.read { db in
                try Annoyance.read(catalog, since: .distantPast, until: now, db)
            }
            #expect(
                (found.all.messages, found.all.leavings, found.all.complaints, found.all.lost) == (
                    5, 1, 1, 2
                ))
            #expect(found.byTopic.map(\.name) == ["offers", "news"])
            #expect(found.byTopic.map(\.lost) == [1, 1])
            #expect(found.byWeek.map(\.messages) == [3, 1, 1, 0, 0])
            #expect(found.byWeek.map(\.lost) == [1, 0, 1, 0, 0])
            let whole = try #require(found.all.interval(level: 0.95))
            #expect(whole.low > 0.1 && whole.high < 0.8)
            // Each message is in one group of each kind.
            for groups in [found.byTopic, found.byChannel, found.byWeek, found.byMonth] {
                #expect(
                    groups.reduce(0) { $0 + $1.messages } == 5 && groups.reduce(0) { $0 + $1.lost } == 2)
            }
            // Messages from a later moment on still know the pressure before.
            let later = try await house.rapport.database.read { db in
                try Annoyance.read(catalog, since: start + .days(3), until: now, db)
            }
            #expect(later.byWeek.map(\.messages) == [0, 0, 1, 0, 0])
        }
    }
}
