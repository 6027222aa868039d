import RapportCore
import RapportStorage
import RapportTestKit
import Testing

/// Leases under clocks that jump.
@Suite("Leases and clocks")
struct LeaseClockTests {
    private func with(_ kind: DatabaseKind, _ body: (any Database, VirtualClock) async throws -> Void) async throws {
        let clock = VirtualClock()
        try await TemporaryDatabase.with(kind, clock: clock) { database in try await body(database, clock) }
    }

    private func refresh(_ worker: String, _ database: any Database) async throws -> Int {
        try await database.write { db in try Leases(worker: worker).refresh(in: db) }.count
    }

    @Test(
        "who died while the clock was ahead keeps nobody waiting once it has been put right",
        arguments: DatabaseKind.available, [Span.hours(1), .days(1), .days(400)])
    func putBack(kind: DatabaseKind, ahead: Span) async throws {
        try await with(kind) { database, clock in
            clock.advance(by: ahead)
            let taken = try await refresh("dead", database)
            clock.advance(by: Span(milliseconds: -ahead.milliseconds))
            let next = try await refresh("next", database)
            #expect((taken, next) == (Partition.count, Partition.count))
        }
    }

    @Test("who lives keeps what it has, however the clock jumps", arguments: DatabaseKind.available)
    func lives(kind: DatabaseKind) async throws {
        try await with(kind) { database, clock in
            let first = try await refresh("one", database)
            #expect(first == Partition.count)
            for jump in [Span.days(1), .hours(-1), .days(-2), .minutes(-1), .days(300)] {
                let epochs = try await self.epochs(database)
                clock.advance(by: jump)
                let kept = try await refresh("one", database)
                let now = try await self.epochs(database)
                #expect(kept == Partition.count && now == epochs, "taken from itself after \(jump)")
            }
            // Short of a jump that no lease outlasts, the living are left alone.
            clock.advance(by: .minutes(-5))
            let second = try await refresh("two", database)
            #expect(second == 0)
        }
    }

    private func epochs(_ database: any Database) async throws -> [Int64] {
        try await database.read { db in try db.all("SELECT epoch FROM cursors ORDER BY partition") { $0.integer(0) } }
    }
}
