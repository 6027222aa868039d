import RapportCore
import RapportStorage
import RapportTestKit
import Testing

/// What must hold of a log that has been drained, however it came about.
enum LogAudit {
    /// - Parameter keys: the dedupe keys of all events that were accepted, each of which must stand on the log once.
    static func check(_ lab: LogLab, keys: Int, _ comment: Comment) async throws {
        let events = try await lab.events()
        let arrived = try await lab.database.read { db in try db.integer("SELECT COUNT(*) FROM dedupe") }
        #expect(arrived == Int64(keys), comment)

        for (partition, ofPartition) in Dictionary(grouping: events, by: \.ref.partition) {
            #expect(ofPartition.map(\.ref.position) == Array(1...Int64(ofPartition.count)), comment)
            let times = ofPartition.map(\.receivedAt)
            #expect(times == times.sorted(), "\(comment): the clock of partition \(partition) ran backwards")
        }
        try await checkRecords(lab, events, comment)
        try await checkEffects(lab, events, comment)
        try await checkReplay(lab, comment)
    }

    /// Every event that is news was handled once, and those of one person in the order of their positions.
    private static func checkRecords(_ lab: LogLab, _ events: [Event], _ comment: Comment) async throws {
        for (person, ofPerson) in Dictionary(grouping: events, by: \.person) {
            let handled = try await lab.database.read { db in try RecordingReactor.record(of: person, in: db) }
            let expected = ofPerson.filter { !$0.history }.map { "event \($0.ref)" }
            #expect(handled.filter { $0.hasPrefix("event") } == expected, comment)
        }
    }

    /// Every cause has its effect once.
    private static func checkEffects(_ lab: LogLab, _ events: [Event], _ comment: Comment) async throws {
        let causes = try events.filter { event in
            let echo = try JSONValue(parsing: event.properties)["echo"]?.integer ?? 0
            return !event.history && echo > 0
        }.map(\.ref)
        #expect(events.compactMap(\.cause).sorted() == causes, comment)
        let (woken, timers) = try await lab.database.read { db in
            (
                try db.integer(
                    "SELECT COUNT(*) FROM events JOIN kinds ON kinds.id = events.kind WHERE kinds.name = 'lab.woken'"),
                try db.all("SELECT what FROM recording") { $0.text(0) }.filter { $0.hasPrefix("timer") }.count
            )
        }
        #expect(woken == Int64(timers), comment)
    }

    /// The folded state is that of handling the same events again, one after the other, in one go.
    private static func checkReplay(_ lab: LogLab, _ comment: Comment) async throws {
        let found = try await lab.fingerprints()
        try await lab.database.write { db in
            for table in ["timeline", "totals", "timers"] { try db.run("DELETE FROM \(raw: table)") }
            try db.run("UPDATE people SET last_seen = 0")
            try db.run("UPDATE cursors SET position = 0")
        }
        var replay = lab
        replay.reactors = []
        try await replay.drain()
        #expect(try await replay.fingerprints() == found, comment)
    }
}
