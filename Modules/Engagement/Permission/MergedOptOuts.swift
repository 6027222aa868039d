import RapportCore
import RapportStorage

/// What merging and unmerging do to opt-outs: a merged person has those of both, and those made while merged stay on both.
enum MergedOptOuts {
    private static let tables: [(name: String, columns: String)] = [
        ("withdrawals", "id, profile, brand, topic, channel, at, recorded_at, source, details"),
        ("objections", "id, profile, lifts, brand, topic, channel, at, recorded_at, source, details"),
        ("restrictions", "id, profile, lifts, at, recorded_at, source, details"),
    ]

    /// Files the opt-outs of `people` with the persons whose profiles they came for.
    static func follow(_ people: [PersonID], in db: Connection) throws {
        for table in tables {
            try renumber(table.name, people, in: db)
            let moved: SQL = """
                SELECT \(raw: table.columns), person FROM \(raw: table.name) WHERE person IN \(list: people)
                    OR profile IN (SELECT id FROM profiles WHERE person IN \(list: people))
                """
            var wrong: [(id: Int64, from: PersonID, to: PersonID)] = []
            try db.each(
                """
                SELECT moved.id, moved.person, profiles.person FROM (\(moved)) moved
                JOIN profiles ON profiles.id = moved.profile
                WHERE profiles.person <> moved.person
                """
            ) { wrong.append(($0.integer(0), $0.integer(1), $0.integer(2))) }
            for row in wrong.sorted(by: { ($0.from, $0.id) < ($1.from, $1.id) }) {
                let there = try db.integer("SELECT 1 FROM \(raw: table.name) WHERE person = \(row.to) AND id = \(row.id)")
                if there == nil {
                    try db.run("UPDATE \(raw: table.name) SET person = \(row.to) WHERE person = \(row.from) AND id = \(row.id)")
                } else {
                    try db.run("DELETE FROM \(raw: table.name) WHERE person = \(row.from) AND id = \(row.id)")
                }
            }
        }
        let history = try MergeHistory(of: people, in: db)
        guard history.isUndone else { return }
        for table in tables { try share(table, history, in: db) }
    }

    /// A merge moves events that no step has handled. When one does, it must find the line that it made when it was accepted, not make
    /// a second one that looks as if it had been made later.
    private static func renumber(_ table: String, _ people: [PersonID], in db: Connection) throws {
        let rows = try db.all("SELECT person, id FROM \(raw: table) WHERE person IN \(list: people) ORDER BY person, id") {
            (person: $0.integer(0), ref: EventRef(number: $0.integer(1)))
        }
        for row in rows {
            let moved = try db.first(
                """
                SELECT to_partition, to_position FROM moved_events
                WHERE partition = \(row.ref.partition) AND position = \(row.ref.position)
                """
            ) { EventRef(partition: $0.int(0), position: $0.integer(1)) }
            guard let moved else { continue }
            try db.run(
                """
                UPDATE \(raw: table) SET id = \(moved.number) WHERE person = \(row.person) AND id = \(row.ref.number)
                    AND NOT EXISTS (
                        SELECT 1 FROM \(raw: table) there WHERE there.person = \(row.person) AND there.id = \(moved.number))
                """)
        }
    }

    private struct Place {
        var id: Int64
        var person: PersonID
        var origin: PersonID
        var recordedAt: Timestamp
    }

    /// Somebody asked us while we took several for one: none of them is written to against it, wherever they are filed by now. A copy
    /// names a profile of one of them, so that it stays with them whatever they become.
    private static func share(_ table: (name: String, columns: String), _ history: MergeHistory, in db: Connection) throws {
        let now = try People.current(history.everyone.sorted(), in: db).mapValues(\.person)
        let rows = try db.all(
            """
            SELECT acts.id, acts.person, profiles.origin, acts.recorded_at FROM \(raw: table.name) acts
            JOIN profiles ON profiles.id = acts.profile
            WHERE acts.person IN \(list: Set(now.values).sorted()) ORDER BY acts.person, acts.id
            """
        ) { Place(id: $0.integer(0), person: $0.integer(1), origin: $0.integer(2), recordedAt: $0.timestamp(3)) }
        let kept = table.columns.split(separator: ", ").dropFirst(2).joined(separator: ", ")
        for row in rows {
            let then = history.together(with: row.origin, at: row.recordedAt).sorted()
            for person in Set(then.compactMap { now[$0] }).sorted() where person != row.person {
                guard
                    let profile = try db.integer(
                        "SELECT id FROM profiles WHERE person = \(person) AND origin IN \(list: then) ORDER BY id LIMIT 1")
                else { continue }
                try db.run(
                    """
                    INSERT INTO \(raw: table.name) (person, id, profile, \(raw: kept))
                    SELECT \(person), id, \(profile), \(raw: kept) FROM \(raw: table.name)
                    WHERE person = \(row.person) AND id = \(row.id)
                    ON CONFLICT (person, id) DO NOTHING
                    """)
            }
        }
    }
}
