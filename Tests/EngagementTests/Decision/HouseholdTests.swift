import Dispatch
import RapportCore
import RapportEngagement
import RapportPluginKit
import RapportStorage
import RapportTestKit
import Synchronization
import Testing

/// One message a household, whichever partitions its members live in and whoever decides upon them at the same time.
@Suite("Households", .serialized)
struct HouseholdTests {
    /// A house in which each pair (1, 2), (3, 4) … shares a household; the two live in different partitions.
    private func with(_ kind: DatabaseKind, people: Int, _ body: (RealHouse) async throws -> Void) async throws {
        try await DeliveryHouse.with(kind, people: people) { house in
            let real = RealHouse(house: house)
            try await real.prepare(permitted: Int64(people))
            try await house.database.write { db in
                for person in 1...Int64(people) {
                    try db.run("UPDATE people SET household = \(1_000 + (person + 1) / 2) WHERE id = \(person)")
                }
            }
            try await body(real)
        }
    }

    @Test(
        "who is decided upon while another's decision is not committed yet sees that decision", arguments: DatabaseKind.available)
    func waiting(kind: DatabaseKind) async throws {
        try await with(kind, people: 2) { real in
            try await real.launch()
            try await real.runner.tick()
            let (house, gate, wall) = (real.house, real.gate, real.house.clock.now)
            let act = try #require(try await house.database.read { db in try ActStore.act(1, in: db) })
            let (decided, announce) = AsyncStream<Void>.makeStream()
            let release = DispatchSemaphore(value: 0)
            // On the engine's own thread, so it may be held up there.
            let first = Task {
                try await house.database.write { db in
                    let answer = try gate.propose([1], for: act, notBefore: nil, wall: wall, in: db)
                    try db.run(
                        """
                        INSERT INTO messages (person, act, partition, address, state, at, attempts, epoch, reason)
                        VALUES (1, 1, 4, 11, 0, \(wall), 0, 0, 0)
                        """)
                    announce.yield()
                    release.wait()
                    return answer
                }
            }
            for await _ in decided { break }
            let isDone = Mutex(false)
            let second = Task {
                defer { isDone.withLock { $0 = true } }
                return try await house.database.write { db in
                    try gate.propose([2], for: act, notBefore: nil, wall: wall, in: db)
                }
            }
            if kind == .postgres {
                // The second waits for the household, not for its turn: only then is the first let go.
                while try await house.database.read({ db in
                    try db.integer("SELECT COUNT(*) FROM pg_locks WHERE NOT granted") ?? 0
                }) == 0, !isDone.withLock({ $0 }) { await Task.yield() }
            }
            release.signal()
            guard case .queue = try await first.value.first else {
                Issue.record("the first was not queued")
                return
            }
            #expect(try await second.value == [.drop("household.duplicate")])
        }
    }

    @Test("two workers decide and send at the same time, and each household gets one", arguments: DatabaseKind.available)
    func together(kind: DatabaseKind) async throws {
        try await with(kind, people: 60) { real in
            try await real.launch()
            let leases = try await real.house.leases()
            try await real.runner.tick()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for lease in leases {
                    group.addTask {
                        let (runner, sender) = (real.runner, try real.sender())
                        while try await runner.run(lease) {}
                        while try await sender.round(lease).hasMore {}
                    }
                }
                try await group.waitForAll()
            }
            let homes = real.house.mail.taken.compactMap { message in
                message.to.dropFirst().prefix { $0.isNumber }.description
            }.compactMap { Int($0) }.map { ($0 + 1) / 2 }
            #expect(homes.sorted() == Array(1...30))
            let report = try await real.desk.report("spring")
            #expect((report.sent, report.notWritten) == (30, 30))
            #expect(report.reasons == ["dropped:household.duplicate": 30])
        }
    }

    @Test("who moves in after the decision is held back at the gate", arguments: DatabaseKind.available)
    func movingIn(kind: DatabaseKind) async throws {
        try await with(kind, people: 6) { real in
            // 2 and 3 live apart when decided upon, and together when the messages leave.
            try await real.house.database.write { db in
                _ = try db.run("UPDATE people SET household = NULL WHERE id IN (1, 2, 3)")
            }
            try await real.launch()
            let (leases, sender) = (try await real.house.leases(), try real.sender())
            try await real.runner.tick()
            for lease in leases { while try await real.runner.run(lease) {} }
            try await real.house.database.write { db in
                _ = try db.run("UPDATE people SET household = 7 WHERE id IN (2, 3)")
            }
            try await real.house.work(leases, runner: real.runner, sender: sender)
            let sent = Set(real.house.mail.taken.map(\.to))
            #expect(sent.intersection(["p2@example.com", "p3@example.com"]).count == 1)
            #expect(try await real.desk.report("spring").reasons["dropped:household.duplicate"] == 2)
        }
    }
}
