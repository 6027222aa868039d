import Foundation
import RapportCore
import RapportStorage
import RapportTestKit
import Testing

@Suite("Crashes and interleavings")
struct LogCrashTests {
    private func with(
        _ kind: DatabaseKind, clock: VirtualClock? = VirtualClock(), seed: UInt64 = 1, _ body: (LogLab) async throws -> Void
    ) async throws {
        try await TemporaryDatabase.with(kind, migrations: Migration.storage + [.recording], clock: clock) { database in
            try await body(LogLab(database, clock: clock ?? VirtualClock(), reactors: [RecordingReactor()], seed: seed))
        }
    }

    /// Sends events as a client does that knows nothing of a fate but what it was told: again until it is answered.
    private func send(_ events: [NewEvent], _ lab: LogLab, over database: any Database) async throws -> [Acceptance] {
        while true {
            do {
                return try await lab.door.accept(events, in: database)
            } catch let problem as Problem where problem.code.hasPrefix("database.") {
                continue
            }
        }
    }

    @Test("a crash at any statement, or around the commit, changes nothing", arguments: DatabaseKind.available)
    func everyStatement(kind: DatabaseKind) async throws {
        try await with(kind) { lab in
            let faulty = FaultyDatabase(lab.database)
            let runner = lab.runner(on: faulty)
            let leases = try await lab.leases()
            var keys = 0
            for statement in 0..<40 {
                let fault: FaultyDatabase.Fault = statement == 0 ? .afterCommit : .atStatement(statement)
                let events = (0..<6).map { number in
                    NewEvent.of(
                        "p\(number % 4)", "lab.seen", ["echo": 1, "timer": .integer(Int64(number * 300))],
                        history: number == 5, key: "\(statement).\(number)")
                }
                keys += events.count
                faulty.failOnce(fault)
                _ = try await send(events, lab, over: faulty)
                faulty.failOnce(fault)
                _ = try? await runner.step(leases)
                lab.clock.advance(by: .seconds(1))
                faulty.failOnce(fault)
                _ = try? await runner.step(leases)
            }
            faulty.failOnce(.atStatement(.max))
            try await lab.drain()
            try await LogAudit.check(lab, keys: keys, "crashes")
        }
    }

    @Test("any interleaving of writers and workers gives the state of one replay", arguments: DatabaseKind.available)
    func interleavings(kind: DatabaseKind) async throws {
        for seed in 1...(kind == .sqlite ? 40 : 12) {
            try await with(kind, seed: UInt64(seed)) { lab in try await interleave(lab, seed: UInt64(seed)) }
        }
    }

    private func interleave(_ lab: LogLab, seed: UInt64) async throws {
        var generator = SplitMix64(seed: seed)
        let faulty = FaultyDatabase(lab.database)
        let runner = lab.runner(on: faulty) { $0.chunk = 4 }
        var leases: [[Lease]] = [[], []]
        var sent: [NewEvent] = []
        for turn in 0..<60 {
            if Int.random(in: 0..<4, using: &generator) == 0 {
                faulty.failOnce(
                    Bool.random(using: &generator) ? .afterCommit : .atStatement(.random(in: 1...25, using: &generator)))
            }
            let worker = Int.random(in: 0...1, using: &generator)
            switch Int.random(in: 0..<10, using: &generator) {
            case 0...3:
                var events = (0..<Int.random(in: 1...5, using: &generator)).map { number in
                    NewEvent.of(
                        "p\(Int.random(in: 0..<5, using: &generator))", "lab.seen",
                        [
                            "echo": .integer(.random(in: 0...2, using: &generator)),
                            "timer": .integer(.random(in: 0...4_000, using: &generator)),
                        ],
                        at: lab.clock.now + Span(milliseconds: .random(in: -9_000...9_000, using: &generator)),
                        history: Int.random(in: 0..<4, using: &generator) == 0, key: "\(turn).\(number)")
                }
                sent += events
                // Some come twice.
                if let again = sent.randomElement(using: &generator) { events.append(again) }
                _ = try await send(events, lab, over: faulty)
            case 4...7: _ = try? await runner.step(leases[worker].shuffled(using: &generator))
            case 8:
                let name = "worker \(worker)"
                leases[worker] =
                    (try? await faulty.write { db in try Leases(worker: name, span: .seconds(4)).refresh(in: db) }) ?? []
            default: lab.clock.advance(by: Span(milliseconds: .random(in: -3_000...6_000, using: &generator)))
            }
        }
        faulty.failOnce(.atStatement(.max))
        lab.clock.advance(by: .minutes(1))
        try await lab.drain()
        try await LogAudit.check(lab, keys: sent.count, "seed \(seed)")
    }

    @Test("writers and workers that really run at once share the log", arguments: DatabaseKind.available)
    func concurrently(kind: DatabaseKind) async throws {
        try await with(kind, clock: nil) { lab in
            let workers = (0..<2).map { number in
                Worker(runner: lab.runner(), leases: Leases(worker: "w\(number)", span: .seconds(1)), poll: .milliseconds(5))
            }
            let intake = Intake(database: lab.database, door: lab.door)
            let working = workers.map { worker in Task { try await worker.run() } }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<4 {
                    group.addTask {
                        for batch in 0..<15 {
                            let events = (0..<5).map { number in
                                NewEvent.of(
                                    "p\((writer + number * batch) % 12)", "lab.seen", ["echo": 1, "timer": 3],
                                    key: "\(writer).\(batch).\(number)")
                            }
                            _ = try await intake.accept(events)
                        }
                    }
                }
                try await group.waitForAll()
            }
            for task in working { task.cancel() }
            for task in working { try await task.value }
            let given = try await lab.database.read { db in
                try db.integer("SELECT COUNT(*) FROM cursors WHERE holder IS NOT NULL")
            }
            #expect(given == 0)
            // Timers of the last events.
            while try await lab.database.read({ db in try db.integer("SELECT COUNT(*) FROM timers") }) != 0 {
                try await lab.drain()
            }
            try await lab.drain()
            try await LogAudit.check(lab, keys: 300, "at once")
        }
    }

    @Test(
        "position order is commit order while transactions are held open",
        .enabled(if: DatabaseKind.available.contains(.postgres)))
    func commitOrder() async throws {
        try await with(.postgres, clock: nil) { lab in
            let answers = try await lab.door.accept((0..<12).map { .of("p\($0)", "lab.seen") }, in: lab.database)
            let first = try #require(answers[0].ref)
            let other = try #require(answers.firstIndex { $0.ref?.partition != first.partition })
            let base = try await positions(lab, first.partition)

            let appended = DispatchSemaphore(value: 0)
            let release = DispatchSemaphore(value: 0)
            async let slow = lab.database.write { db in
                let answers = try lab.door.accept([.of("p0", "lab.seen")], in: db)
                appended.signal()
                release.wait()
                return answers
            }
            await withCheckedContinuation { continuation in
                Thread.detachNewThread {
                    appended.wait()
                    continuation.resume()
                }
            }
            async let behind = lab.door.accept([.of("p0", "lab.seen")], in: lab.database)
            // Another partition waits for nobody.
            let free = try await lab.accept(.of("p\(other)", "lab.seen"))
            #expect(free[0].ref != nil)
            #expect(try await positions(lab, first.partition) == base)
            release.signal()
            let (one, two) = (try await slow[0].ref, try await behind[0].ref)
            #expect(one?.position == Int64(base.count + 1) && two?.position == Int64(base.count + 2))
        }
    }

    private func positions(_ lab: LogLab, _ partition: Int) async throws -> [Int64] {
        try await lab.events().filter { $0.ref.partition == partition }.map(\.ref.position)
    }
}
