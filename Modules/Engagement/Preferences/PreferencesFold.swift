public import RapportCore
public import RapportStorage

/// Folds the latest statement of each person about hours, channels and how often.
public struct PreferencesFold: Fold {
    public let name = "preferences"

    public init() {}

    public func apply(_ events: [Event], in step: StepContext) throws {
        let kind = try step.catalog.kind(StatedPreference.kind, in: step.db).id
        let people = Set(events.filter { $0.kind == kind && $0.person != 0 }.map(\.person)).sorted()
        if !people.isEmpty { try refold(people, in: step) }
    }

    public func refold(_ people: [PersonID], in step: StepContext) throws {
        let kind = try step.catalog.kind(StatedPreference.kind, in: step.db).id
        let events = try step.db.all(
            """
            SELECT \(raw: Event.columns) FROM timeline
            JOIN events ON events.partition = timeline.partition AND events.position = timeline.position
            WHERE timeline.person IN \(list: people) AND timeline.kind = \(kind)
            ORDER BY timeline.person, events.occurred_at, events.received_at, events.partition, events.position
            """, Event.init)
        let last = Dictionary(events.map { ($0.person, $0) }) { $1 }
        try step.db.run("DELETE FROM preferences WHERE person IN \(list: people)")
        try step.db.insert(
            into: "preferences", ["person", "id", "at", "quiet_from", "quiet_until", "channels", "at_most_every"],
            try last.sorted { $0.key < $1.key }.map { person, event in
                let stated = StatedPreference(try JSONValue(parsing: event.properties))
                return [
                    .integer(person), .integer(event.ref.number), .time(event.occurredAt),
                    .integer(Int64(stated.quiet?.from ?? -1)), .integer(Int64(stated.quiet?.until ?? -1)),
                    .text(stated.channels.joined(separator: ",")), .integer(stated.atMostEvery?.milliseconds ?? 0),
                ]
            })
    }

    public func fingerprint(of person: PersonID, in db: Connection) throws -> String {
        try db.first("SELECT at, quiet_from, quiet_until, channels, at_most_every FROM preferences WHERE person = \(person)") {
            "\($0.integer(0)) \($0.integer(1)) \($0.integer(2)) \($0.text(3)) \($0.integer(4))"
        } ?? ""
    }

    static func read(_ people: [PersonID], in db: Connection) throws -> [PersonID: StatedPreference] {
        var out: [PersonID: StatedPreference] = [:]
        try db.each(
            "SELECT person, quiet_from, quiet_until, channels, at_most_every FROM preferences WHERE person IN \(list: people)"
        ) { row in
            let quiet = row.integer(1) < 0 ? nil : DailyHours(from: row.int(1), until: row.int(2))
            out[row.integer(0)] = StatedPreference(
                quiet: quiet, channels: row.text(3).split(separator: ",").map(String.init),
                atMostEvery: row.integer(4) == 0 ? nil : Span(milliseconds: row.integer(4)))
        }
        return out
    }
}
