public import RapportCore

/// Every event of a person by kind and time, with its typed slots: the table `timeline`, which segments read.
public struct TimelineFold: Fold {
    public let name = "timeline"

    public init() {}

    public func apply(_ events: [Event], in step: StepContext) throws { try Self.write(events, in: step.db) }

    /// Gives the events of `people` to those whose they are now. A merge or unmerge names both people.
    public func refold(_ people: [PersonID], in step: StepContext) throws {
        let events = try Event.handled(of: people, in: step.db)
        try step.db.run("DELETE FROM timeline WHERE person IN \(list: people)")
        try Self.write(events, in: step.db)
    }

    public func fingerprint(of person: PersonID, in db: Connection) throws -> String {
        try db.all(
            """
            SELECT kind, occurred_at, partition, position, profile, n1, n2, n3, n4 FROM timeline WHERE person = \(person)
            ORDER BY person, kind, occurred_at, partition, position
            """
        ) { row in (0..<9).map { row.integerOrNil($0).map(String.init) ?? "-" }.joined(separator: " ") }
        .joined(separator: "\n")
    }

    private static func write(_ events: [Event], in db: Connection) throws {
        let sorted = events.filter { $0.person != 0 }.sorted {
            ($0.person, $0.kind, $0.occurredAt, $0.ref) < ($1.person, $1.kind, $1.occurredAt, $1.ref)
        }
        guard !sorted.isEmpty else { return }
        try db.insert(
            into: "timeline", ["person", "kind", "occurred_at", "partition", "position", "profile", "n1", "n2", "n3", "n4"],
            sorted
        ) { row, event in
            row.integer(event.person)
            row.integer(event.kind)
            row.time(event.occurredAt)
            row.int(event.ref.partition)
            row.integer(event.ref.position)
            row.integer(event.profile)
            for slot in event.slots { row.integer(slot) }
        }
    }
}
