import RapportCore
import RapportStorage
import RapportTestKit
import Testing

/// Events that are handled in the transaction that accepts them, as a server that is a worker too does on SQLite.
@Suite("an intake that follows")
struct IntakeFollowingTests {
    /// Cannot handle events of one person.
    private struct Balking: Reactor {
        let name = "balking"
        let person: PersonID

        func react(to events: [Event], in step: StepContext) throws {
            guard events.contains(where: { $0.person == person }) else { return }
            throw Problem("test.balking", "this person is too much")
        }
    }

    private func with(
        _ kind: DatabaseKind, follows: Bool = true, most: Int? = nil, balkingAt person: PersonID = 0,
        _ body: (LogLab, Intake) async throws -> Void
    ) async throws {
        let clock = VirtualClock()
        try await TemporaryDatabase.with(kind, clock: clock) { database in
            let lab = LogLab(
                database, clock: clock, folds: [TimelineFold(), TotalsFold()], reactors: [Balking(person: person)])
            let stepper = lab.runner().stepper
            let follow: Door.Follow = { fresh, db in
                try stepper.follow(fresh, wall: lab.clock.now, budget: .seconds(5), most: most, in: db)
            }
            try await body(lab, Intake(database: database, door: lab.door, batch: 7, follow: follows ? follow : nil))
        }
    }

    private func backlog(_ lab: LogLab) async throws -> Int64 {
        try await lab.database.read { db in try Door.backlog(in: db) }
    }

    @Test(
        "what came in is handled when it is accepted, and is as if the worker had handled it", arguments: DatabaseKind.available)
    func same(kind: DatabaseKind) async throws {
        var states: [String] = []
        for follows in [true, false] {
            try await with(kind, follows: follows) { lab, intake in
                for round in 0..<12 {
                    let events = (0..<(round % 5 + 1)).map { NewEvent.of("p\(($0 * 7 + round) % 9)", "order.placed") }
                    _ = try await intake.accept(events)
                    // PostgreSQL leaves it to the worker: others may be stepping there.
                    #expect((try await backlog(lab) == 0) == (follows && kind == .sqlite))
                }
                try await lab.drain()
                states.append(try await lab.fingerprints())
            }
        }
        #expect(states[0] == states[1])
        #expect(states[0].contains("timeline"))
    }

    @Test("callers who come at once are answered each with their own, and everything is handled")
    func many() async throws {
        try await with(.sqlite) { lab, intake in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for caller in 0..<200 {
                    group.addTask {
                        let answers = try await intake.accept([.of("p\(caller % 20)", "order.placed")])
                        #expect(answers.count == 1 && answers[0].ref != nil)
                    }
                }
                try await group.waitForAll()
            }
            // What many bring at once the worker may find left over.
            try await lab.drain()
            #expect(try await lab.database.read { db in try db.integer("SELECT SUM(count) FROM totals") } == 200)
        }
    }

    @Test(
        "an event that cannot be handled is accepted all the same, and holds only its person", arguments: DatabaseKind.available)
    func held(kind: DatabaseKind) async throws {
        try await with(kind, balkingAt: 1) { lab, intake in
            for name in ["first", "second", "first", "third"] {
                let answers = try await intake.accept([.of(name, "order.placed")])
                #expect(answers[0].ref != nil)
            }
            try await lab.drain()
            let (held, handled) = try await lab.database.read { db in
                (try Held.all(in: db).count, try db.integer("SELECT SUM(count) FROM totals"))
            }
            #expect(held == 1)
            #expect(handled == 2)
        }
    }

    @Test("where much waits that came before, it is left to the worker")
    func behind() async throws {
        try await with(.sqlite, most: 3) { lab, intake in
            _ = try await lab.door.accept((0..<4).map { .of("p\($0)", "order.placed") }, in: lab.database)
            _ = try await intake.accept([.of("p9", "order.placed")])
            #expect(try await lab.database.read { db in try db.integer("SELECT COUNT(*) FROM totals") } == 0)
            try await lab.drain()
            _ = try await intake.accept([.of("p9", "order.placed")])
            #expect(try await lab.database.read { db in try db.integer("SELECT SUM(count) FROM totals") } == 6)
        }
    }
}
