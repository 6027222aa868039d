import RapportCore
import RapportEngagement
import RapportStorage
import RapportTestKit
import Testing

@Suite("Segments over newly declared kinds")
struct SegmentKindTests {
    @Test("a segment that is applied with the declaration knows the past, too", arguments: DatabaseKind.available)
    func past(kind: DatabaseKind) async throws {
        let clock = VirtualClock(Timestamp(milliseconds: 1_790_000_000_000))
        try await TemporaryDatabase.with(
            kind, migrations: Migration.storage + [.permissions, .segments, .segmentPurpose], clock: clock
        ) {
            database in
            var log = LogLab(database, clock: clock)
            log.reactors = [SlotsReactor(), SegmentsReactor(house: SegmentLab.house)]
            let (lab, catalog, now) = (log, log.catalog, clock.now)
            for (name, seats) in [("ada", 2), ("ada", 2), ("bob", 1), ("cyd", 5)] {
                try await lab.accept(.of(name, "track.trial_started", ["seats": .integer(Int64(seats))]))
            }
            try await lab.drain()
            let store = DefinitionStore(handlers: [KindHandler(catalog: catalog), SegmentDefinitions(catalog: catalog)])
            try await database.write { db in
                _ = try store.apply(
                    [
                        DefinitionDraft(
                            kind: "kind", name: "track.trial_started", body: ["properties": ["seats": "integer"]]),
                        DefinitionDraft(
                            kind: "segment", name: "teams", body: ["expression": "sum(track.trial_started.seats) >= 4"]),
                    ], actor: "test", now: now, in: db)
            }
            // Filling goes on by moments of its own, as long as a busy machine takes for it.
            for _ in 0..<1_000 {
                try await lab.drain()
                clock.advance(by: Span(milliseconds: 250))
                if try await database.read({ try SegmentStore.all(in: $0).first?.state }) == .live { break }
            }
            let status = try #require(try await database.read { try SegmentStore.all(in: $0).first })
            #expect(status.state == .live)
            #expect(status.members == 2)
            // And what comes now is counted from the same sum.
            try await lab.accept(.of("bob", "track.trial_started", ["seats": 3]))
            try await lab.drain()
            #expect(try await database.read { try SegmentStore.all(in: $0).first?.members } == 3)
        }
    }
}
