import RapportCore
import RapportEngagement
import RapportStorage
import RapportTestKit
import Testing

/// Silence is an event too, and only people break it.
@Suite("Silence")
struct SilenceTests {
    private func with(_ kind: DatabaseKind, _ body: (LogLab) async throws -> Void) async throws {
        let clock = VirtualClock()
        try await TemporaryDatabase.with(kind, clock: clock) { database in
            try await body(LogLab(database, clock: clock, reactors: [SilenceReactor(patience: .days(3))]))
        }
    }

    private func unanswered(_ lab: LogLab) async throws -> Int64 {
        try await lab.database.read { db in
            try db.integer(
                "SELECT COUNT(*) FROM events JOIN kinds ON kinds.id = events.kind WHERE kinds.name = 'message.unanswered'") ?? 0
        }
    }

    private static let sent: JSONValue = ["campaign": "spring", "channel": "mail", "topic": "offers", "act": 1, "message": "m"]

    @Test("a message that nobody answered becomes an event when patience is over", arguments: DatabaseKind.available)
    func silent(kind: DatabaseKind) async throws {
        try await with(kind) { lab in
            try await lab.accept(.of("ada", "message.sent", Self.sent))
            try await lab.drain()
            lab.clock.advance(by: Span(milliseconds: Span.days(3).milliseconds - 1))
            try await lab.drain()
            #expect(try await unanswered(lab) == 0)
            lab.clock.advance(by: Span(milliseconds: 1))
            try await lab.drain()
            #expect(try await unanswered(lab) == 1)
        }
    }

    @Test(
        "an answer breaks it: a click judged human, a purchase, an opt-out",
        arguments: DatabaseKind.available, ["link.clicked", "order.placed", "permission.withdrawn"])
    func answered(kind: DatabaseKind, answer: String) async throws {
        try await with(kind) { lab in
            try await lab.accept(.of("ada", "message.sent", Self.sent), .of("bob", "message.sent", Self.sent))
            try await lab.drain()
            lab.clock.advance(by: .days(1))
            try await lab.accept(.of("ada", answer, ["by": "human", "human": true]))
            try await lab.drain()
            lab.clock.advance(by: .days(3))
            try await lab.drain()
            // Only Bob was silent.
            #expect(try await unanswered(lab) == 1)
        }
    }

    @Test(
        "a machine that follows links is no answer, and what another system sent is not waited for",
        arguments: DatabaseKind.available)
    func machines(kind: DatabaseKind) async throws {
        try await with(kind) { lab in
            try await lab.accept(.of("ada", "message.sent", Self.sent), .of("bob", "message.sent", ["channel": "email"]))
            try await lab.drain()
            lab.clock.advance(by: .hours(1))
            try await lab.accept(.of("ada", "link.clicked", ["by": "machine", "human": false]))
            try await lab.drain()
            lab.clock.advance(by: .days(3))
            try await lab.drain()
            #expect(try await unanswered(lab) == 1)
        }
    }
}
