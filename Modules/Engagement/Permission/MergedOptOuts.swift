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
            try copyAfterUnmerge(people, table, in: db)
        }
    }

    /// The person asked us while we took both for one: neither is written to against it. The copy names a profile of the other.
    private static func copyAfterUnmerge(_ people: [PersonID], _ table: (name: String, columns: String), in db: Connection) throws
    {
        let merges = try db.all(
            """
            SELECT survivor, loser, merged_at, undone_at FROM merges
            WHERE undone_at IS NOT NULL AND (survivor IN \(list: people) OR loser IN \(list: people)) ORDER BY id
            """
        ) { (survivor: $0.integer(0), loser: $0.integer(1), from: $0.integer(2), until: $0.integer(3)) }
        for merge in merges {
            for (person, other) in [(merge.survivor, merge.loser), (merge.loser, merge.survivor)] {
                guard let profile = try db.integer("SELECT id FROM profiles WHERE person = \(other) ORDER BY id LIMIT 1") else {
                    continue
                }
                let kept = table.columns.split(separator: ", ").dropFirst(2).joined(separator: ", ")
                try db.run(
                    """
                    INSERT INTO \(raw: table.name) (person, id, profile, \(raw: kept))
                    SELECT \(other), id, \(profile), \(raw: kept) FROM \(raw: table.name)
                    WHERE profile IN (SELECT id FROM profiles WHERE person = \(person))
                        AND recorded_at >= \(merge.from) AND recorded_at < \(merge.until)
                    ORDER BY id
                    ON CONFLICT (person, id) DO NOTHING
                    """)
            }
        }
    }
}
