import RapportCore
import RapportEngagement
import RapportPluginKit
import RapportStorage
import RapportTestKit
import Testing

/// What must never happen (product.md, 3): a marketing message sent twice, a service message lost, at whatever write the
/// process dies, and whether that write was committed or not.
@Suite("Delivery and crashes")
struct DeliveryCrashTests {
    @Test(
        "marketing is sent once at most, and what is in doubt is at most one group", arguments: DatabaseKind.available,
        [true, false])
    func marketing(kind: DatabaseKind, commits: Bool) async throws {
        for deathAt in 1...24 {
            try await DeliveryHouse.with(kind, people: 36) { house in
                try await house.launch()
                let died = try await Self.dieAndRecover(house, atWrite: deathAt, commits: commits)
                let taken = house.mail.taken.map(\.id)
                #expect(Set(taken).count == taken.count, "twice, death \(deathAt)")
                let report = try await house.desk().report("spring")
                #expect(report.decided == 36)
                #expect(report.sent + report.inDoubt == 36, "death \(deathAt)")
                #expect(report.inDoubt <= 10)
                #expect(report.campaign.state == .done)
                #expect(try await house.events("message.sent").count == Int(report.sent))
                // What the channel took is sent or in doubt; what it did not take is in doubt.
                #expect(taken.count >= Int(report.sent))
                if !died { #expect(report.inDoubt == 0) }
            }
        }
    }

    @Test("a service message arrives, under one id however often it leaves", arguments: DatabaseKind.available, [true, false])
    func service(kind: DatabaseKind, commits: Bool) async throws {
        for deathAt in [2, 5, 7, 9, 10, 11, 12, 14, 17] {
            try await DeliveryHouse.with(kind, people: 36) { house in
                var plan = DeliveryHouse.plan
                (plan.topic, plan.template) = ("orders", "receipt")
                try await house.launch(plan)
                _ = try await Self.dieAndRecover(house, atWrite: deathAt, commits: commits)
                #expect(Set(house.mail.taken.map(\.to)).count == 36, "lost, death \(deathAt)")
                #expect(Set(house.mail.taken.map(\.id)).count == 36)
                let report = try await house.desk().report("spring")
                #expect((report.sent, report.inDoubt) == (36, 0))
            }
        }
    }

    @Test("a line that breaks leaves marketing in doubt and service to be tried again", arguments: DatabaseKind.available)
    func brokenLine(kind: DatabaseKind) async throws {
        try await DeliveryHouse.with(kind, people: 6) { house in
            house.mail.behave(.answer { _ in .inDoubt(reason: "connection reset") })
            try await house.launch()
            var plan = DeliveryHouse.plan
            (plan.topic, plan.template) = ("orders", "receipt")
            try await house.launch(plan, name: "receipts")
            try await house.work()
            house.mail.behave(.accept)
            house.clock.advance(by: .hours(1))
            try await house.work()
            let (spring, receipts) = (try await house.desk().report("spring"), try await house.desk().report("receipts"))
            #expect((spring.sent, spring.inDoubt) == (0, 6))
            #expect((receipts.sent, receipts.inDoubt) == (6, 0))
            #expect(house.mail.taken.count == 18)
        }
    }

    /// Works on a database that dies at a write, then as the worker that comes after.
    ///
    /// - Returns: whether there was a write to die at.
    private static func dieAndRecover(_ house: DeliveryHouse, atWrite number: Int, commits: Bool) async throws -> Bool {
        let leases = try await house.leases()
        let dying = DyingDatabase(house.database, atWrite: number, commits: commits)
        do {
            try await house.work(
                leases, runner: house.runner(dying), sender: house.sender(dying, policy: DeliveryPolicy(batch: 25)))
        } catch is DyingDatabase.Died {}
        for _ in 0..<3 {
            try await house.work()
            house.clock.advance(by: .hours(1))
        }
        return dying.isDead
    }
}
