import RapportCore
import RapportStorage
import RapportTestKit
import Testing

@Suite("The step")
struct LogStepTests {
    private func with(
        _ kind: DatabaseKind, reactors: [any Reactor] = [RecordingReactor()], _ body: (LogLab) async throws -> Void
    ) async throws {
        let clock = VirtualClock()
        try await TemporaryDatabase.with(kind, migrations: Migration.storage + [.recording], clock: clock) { database in
            try await body(LogLab(database, clock: clock, reactors: reactors))
        }
    }

    private func record(_ lab: LogLab, _ answer: Acceptance?) async throws -> [String] {
        guard case .accepted(_, let person) = answer else { return [] }
        return try await lab.database.read { db in try RecordingReactor.record(of: person, in: db) }
    }

    private func count(_ lab: LogLab, _ sql: SQL) async throws -> Int64? {
        try await lab.database.read { db in try db.integer(sql) }
    }

    private func heldPeople(_ lab: LogLab) async throws -> [Held] { try await lab.database.read { db in try Held.all(in: db) } }

    private func ref(_ answer: Acceptance) -> String { answer.ref?.description ?? "none" }

    @Test("folds and reactors see every event once, and the cursor stands behind the last", arguments: DatabaseKind.available)
    func handlesOnce(kind: DatabaseKind) async throws {
        try await with(kind) { lab in
            let answers = try await lab.accept(
                .of("ada", "order.placed"), .of("bob", "order.placed"), .of("ada", "order.placed"))
            #expect(try await lab.drain().events == 3)
            #expect(try await lab.drain().events == 0)
            let refs = [answers[0], answers[2]].compactMap(\.ref).map { "event \($0)" }
            #expect(try await record(lab, answers[0]) == refs)
            let counts = try await lab.database.read { db in
                try db.all("SELECT count FROM totals ORDER BY person, kind") { $0.integer(0) }
            }
            #expect(counts.sorted() == [1, 2])
        }
    }

    @Test("a timer due before an event is handled before it", arguments: DatabaseKind.available)
    func timersFirst(kind: DatabaseKind) async throws {
        try await with(kind) { lab in
            let start = lab.clock.now
            let first = try await lab.accept(.of("ada", "lab.seen", ["timer": 1_000]))
            lab.clock.advance(by: .seconds(2))
            let second = try await lab.accept(.of("ada", "lab.seen"))
            try await lab.drain()
            let order = try await record(lab, first[0])
            let timer = "timer \((start + .seconds(1)).milliseconds)"
            #expect(Array(order.prefix(3)) == ["event \(ref(first[0]))", timer, "event \(ref(second[0]))"])
            #expect(try await lab.events().filter { $0.depth == 0 }.count == 3)
        }
    }

    @Test("a timer is handled when its moment comes, without any event", arguments: DatabaseKind.available)
    func timersAlone(kind: DatabaseKind) async throws {
        try await with(kind) { lab in
            let first = try await lab.accept(.of("ada", "lab.seen", ["timer": 1_000]))
            lab.clock.advance(by: Span(milliseconds: 999))
            try await lab.drain()
            #expect(try await record(lab, first[0]).count == 1)
            lab.clock.advance(by: Span(milliseconds: 1))
            try await lab.drain()
            // The timer, and the event that it caused.
            #expect(try await record(lab, first[0]).count == 3)
        }
    }

    @Test("a timer handled long after its moment makes history", arguments: DatabaseKind.available)
    func lateTimers(kind: DatabaseKind) async throws {
        try await with(kind) { lab in
            try await lab.accept(.of("ada", "lab.seen", ["timer": 1_000]))
            try await lab.drain()
            lab.clock.advance(by: .days(2))
            try await lab.drain()
            #expect(try await lab.events().map(\.history) == [false, true])
        }
    }

    @Test("history wakes nothing, three links down the chain", arguments: DatabaseKind.available)
    func historyIsQuiet(kind: DatabaseKind) async throws {
        try await with(kind, reactors: [RecordingReactor(handlesHistory: true), Alarm()]) { lab in
            try await lab.accept(.of("ada", "lab.seen", ["echo": 3], history: true))
            try await lab.drain()
            let events = try await lab.events()
            #expect(events.map(\.depth) == [0, 1, 2, 3])
            #expect(events.map(\.history) == [true, true, true, true])
            #expect(try await count(lab, "SELECT COUNT(*) FROM recording_faults") == 0)
            try await lab.accept(.of("ada", "lab.seen", ["echo": 3]))
            try await lab.drain()
            #expect(try await count(lab, "SELECT COUNT(*) FROM recording_faults") == 4)
        }
    }

    /// Counts what it is woken by. It does not ask for history.
    private struct Alarm: Reactor {
        let name = "alarm"

        func react(to events: [Event], in step: StepContext) throws {
            try step.db.insert(into: "recording_faults", ["name"], events.map { [.text("alarm \($0.ref)")] })
        }
    }

    @Test("a chain of events that answer each other ends at depth 16 and is shown", arguments: DatabaseKind.available)
    func depthIsLimited(kind: DatabaseKind) async throws {
        try await with(kind) { lab in
            try await lab.accept(.of("ada", "lab.seen", ["echo": 100]))
            try await lab.drain()
            #expect(try await lab.events().map(\.depth) == Array(0...16))
            let shown = try await lab.database.read { db in try Refusal.latest(10, in: db) }
            #expect(shown.count == 1 && shown[0].kind == "lab.seen")
        }
    }

    @Test("a worker that lost its lease cannot commit", arguments: DatabaseKind.available)
    func fencing(kind: DatabaseKind) async throws {
        try await with(kind) { lab in
            let old = try await lab.leases("old")
            try await lab.accept(.of("ada", "lab.seen"))
            lab.clock.advance(by: .days(2))
            let new = try await lab.leases("new")
            await #expect(throws: LostLease.self) { try await lab.runner().step(old) }
            #expect(try await count(lab, "SELECT COUNT(*) FROM timeline") == 0)
            #expect(try await lab.runner().step(new).events == 1)
        }
    }

    private func share(_ lab: LogLab, _ name: String) async throws -> Int {
        try await lab.database.write { db in try Leases(worker: name).refresh(in: db) }.count
    }

    @Test("workers share the partitions equally, and a dead one's go to the others", arguments: DatabaseKind.available)
    func sharing(kind: DatabaseKind) async throws {
        try await with(kind) { lab in
            var shares: [Int] = []
            for worker in ["a", "b", "a", "b"] { shares.append(try await share(lab, worker)) }
            lab.clock.advance(by: .seconds(8))
            shares.append(try await share(lab, "b"))
            lab.clock.advance(by: .seconds(8))
            shares.append(try await share(lab, "b"))
            #expect(shares == [64, 0, 32, 32, 32, 64])
        }
    }

    @Test("a person whose event throws is held, later events wait in order, and others go on", arguments: DatabaseKind.available)
    func holding(kind: DatabaseKind) async throws {
        try await with(kind) { lab in
            try await lab.database.write { db in try db.insert(into: "recording_faults", ["name"], [[.text("bug")]]) }
            let ada = try await lab.accept(
                .of("ada", "lab.seen"), .of("ada", "lab.seen", ["fail": "bug"]), .of("bob", "lab.seen"),
                .of("ada", "lab.seen", ["timer": 1]), .of("bob", "lab.seen"))
            try await lab.drain()
            lab.clock.advance(by: .seconds(1))
            let later = try await lab.accept(.of("ada", "lab.seen"), .of("bob", "lab.seen"))
            try await lab.drain()

            #expect(try await record(lab, ada[0]).count == 1)
            #expect(try await record(lab, ada[2]).count == 3)
            let held = try await heldPeople(lab)
            #expect(held.count == 1 && held[0].ref == ada[1].ref && held[0].waiting == 3 && held[0].attempts == 1)
            #expect(held[0].reason.contains("told to fail by bug"))

            // Asked too early it is held again; nothing of the attempt stays.
            let person = held[0].person
            let leases = try await lab.leases()
            try await lab.database.write { db in try Held.retry(person, in: db) }
            _ = try await lab.runner().retryHeld(leases)
            #expect(try await heldPeople(lab).map(\.attempts) == [2])
            #expect(try await record(lab, ada[0]).count == 1)

            try await lab.database.write { db in
                try db.run("DELETE FROM recording_faults")
                try Held.retry(in: db)
            }
            _ = try await lab.runner().retryHeld(leases)
            try await lab.drain()
            #expect(try await heldPeople(lab).isEmpty)
            let order = try await record(lab, ada[0])
            let refs = [ada[0], ada[1], ada[3]].map { "event \(ref($0))" }
            #expect(Array(order.prefix(3)) == refs)
            #expect(order[3].hasPrefix("timer") && order[4] == "event \(ref(later[0]))")
        }
    }

    @Test("a timer that throws holds its person", arguments: DatabaseKind.available)
    func holdingTimers(kind: DatabaseKind) async throws {
        try await with(kind, reactors: [Bomb()]) { lab in
            try await lab.accept(.of("ada", "lab.seen"), .of("bob", "lab.heard"))
            try await lab.drain()
            lab.clock.advance(by: .minutes(1))
            try await lab.accept(.of("ada", "lab.heard"), .of("bob", "lab.heard"))
            try await lab.drain()
            let held = try await heldPeople(lab)
            #expect(held.count == 1 && held[0].waiting == 1)
            #expect(try await count(lab, "SELECT COUNT(*) FROM timeline") == 3)
        }
    }

    private struct Bomb: Reactor {
        let name = "bomb"

        func react(to events: [Event], in step: StepContext) throws {
            for event in events where try step.catalog.kind(event.kind, in: step.db).name == "lab.seen" {
                step.set(Timer(dueAt: event.receivedAt + .seconds(1), person: event.person, owner: name))
            }
        }

        func wake(_ timers: [Timer], in step: StepContext) throws { throw Problem("test.bomb", "it went off") }
    }
}
