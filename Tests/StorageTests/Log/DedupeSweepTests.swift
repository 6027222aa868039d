import RapportCore
import RapportStorage
import RapportTestKit
import Testing

@Suite("Old dedupe keys")
struct DedupeSweepTests {
    private func keys(_ database: any Database) async throws -> Int64? {
        try await database.read { db in try db.integer("SELECT COUNT(*) FROM dedupe") }
    }

    @Test("are forgotten a slice at a time; those without an end are kept", arguments: DatabaseKind.available)
    func forgets(kind: DatabaseKind) async throws {
        let clock = VirtualClock()
        try await TemporaryDatabase.with(kind, clock: clock) { database in
            let lab = LogLab(database, clock: clock)
            let events = (0..<60).map { number in
                var event = NewEvent.of("p\(number % 7)", "order.placed", key: "\(number)")
                event.dedupeDays = number % 6 == 0 ? nil : 30
                return event
            }
            _ = try await lab.door.accept(events, in: database)

            var sweep = DedupeSweep(slice: 8)
            clock.advance(by: .days(29))
            while try await !sweep.run(in: database).isThrough {}
            #expect(try await keys(database) == 60)

            clock.advance(by: .days(2))
            var outcomes = [try await sweep.run(in: database)]
            while outcomes.last?.isThrough == false { outcomes.append(try await sweep.run(in: database)) }
            #expect(outcomes.count == 60 / 8 + 1)
            #expect(outcomes.allSatisfy { $0.looked <= 8 && $0.forgotten <= $0.looked })
            #expect(outcomes.map(\.forgotten).reduce(0, +) == 50)
            #expect(try await keys(database) == 10)
            let again = try await lab.door.accept(events, in: database)
            let accepted = again.filter { if case .accepted = $0 { true } else { false } }
            #expect(accepted.count == 50)
        }
    }

    @Test("a process that starts goes on where another has stopped", arguments: DatabaseKind.available)
    func goesOn(kind: DatabaseKind) async throws {
        let clock = VirtualClock()
        try await TemporaryDatabase.with(kind, clock: clock) { database in
            let lab = LogLab(database, clock: clock)
            for number in 0..<20 {
                var event = NewEvent.of("ada", "order.placed", key: "\(number)")
                event.dedupeDays = 1
                try await lab.accept(event)
            }
            clock.advance(by: .days(2))
            var first = DedupeSweep(slice: 15)
            let one = try await first.run(in: database)
            #expect(one.looked == 15 && one.forgotten == 15 && !one.isThrough)
            var second = DedupeSweep(slice: 15)
            let other = try await second.run(in: database)
            #expect(other.looked == 5 && other.forgotten == 5 && other.isThrough)
            #expect(try await keys(database) == 0)
        }
    }
}
