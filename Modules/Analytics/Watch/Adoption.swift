public import RapportCore
public import RapportStorage

/// Who uses Rapport and for what, and whose records are poor.
public struct Adoption: Sendable {
    public struct Actor: Sendable, Hashable {
        public var name: String
        /// Acts by what they were: definitions applied, steps of campaigns, people merged.
        public var acts: [String: Int]
        public var first: Timestamp
        public var last: Timestamp
        public var total: Int { acts.values.reduce(0, +) }
    }

    /// What a source brings, and how good it is.
    public struct Source: Sendable, Hashable {
        public var name: String
        /// People of whom it has a profile.
        public var people: Int
        /// Of those, how many have an email address, a phone number, a name, by whomever.
        public var withEmail: Int
        public var withPhone: Int
        public var withName: Int
        /// Nobody else knows them.
        public var alone: Int
        /// Of imports under its name: rows that came in and those that were not taken.
        public var rows: Int
        public var rejected: Int
        /// The share of the people's email, phone and name that is there, 0…1.
        public var completeness: Double {
            people > 0 ? Double(withEmail + withPhone + withName) / Double(3 * people) : 1
        }
    }

    /// Who did most first.
    public let actors: [Actor]
    /// The poorest first.
    public let sources: [Source]

    /// What the house does by itself: people merged by exact identifiers or for likeness, campaigns that begin and end in time.
    private static let ownActors = [Merger.house, Merger.matching]

    /// - Parameter since: acts before are not counted.
    public static func read(since: Timestamp, in db: Connection) throws -> Adoption {
        var actors: [String: Actor] = [:]
        func take(_ what: String, _ sql: SQL) throws {
            try db.each(sql) { row in
                guard !ownActors.contains(row.text(0)) else { return }
                let name = row.text(0).isEmpty ? "?" : row.text(0)
                var actor = actors[name] ?? Actor(name: name, acts: [:], first: row.timestamp(2), last: row.timestamp(3))
                actor.acts[what, default: 0] += row.int(1)
                actor.first = min(actor.first, row.timestamp(2))
                actor.last = max(actor.last, row.timestamp(3))
                actors[name] = actor
            }
        }
        try take(
            "definitions",
            """
            SELECT actor, COUNT(*), MIN(applied_at), MAX(applied_at) FROM definitions WHERE applied_at >= \(since)
            GROUP BY actor ORDER BY actor
            """)
        try take(
            "campaigns",
            "SELECT actor, COUNT(*), MIN(at), MAX(at) FROM campaign_steps WHERE at >= \(since) GROUP BY actor ORDER BY actor")
        try take(
            "merges",
            """
            SELECT actor, COUNT(*), MIN(merged_at), MAX(merged_at) FROM merges WHERE merged_at >= \(since) GROUP BY actor ORDER BY actor
            """)
        return Adoption(
            actors: actors.values.sorted { ($1.total, $0.name) < ($0.total, $1.name) }, sources: try sources(in: db))
    }

    private static func sources(in db: Connection) throws -> [Source] {
        let fields = try FieldStore.read(in: db)
        let isNamed = ["first_name", "last_name", "name"].compactMap { fields[$0]?.slot }
            .map { "f\($0) IS NOT NULL" }.joined(separator: " OR ")
        let names = try Dictionary(db.all("SELECT id, name FROM sources") { ($0.integer(0), $0.text(1)) }) { first, _ in first }
        // Column by column over everybody: a look at each person's rows took three times as long.
        var tally = SourceTally(try LivingPeople(in: db), sources: names.keys.max() ?? 0)
        try db.stream("SELECT source, person FROM profiles") { tally.knows($0.integer(0), $0.integer(1)) }
        for (kind, what) in [("email", SourceTally.email), ("phone", SourceTally.phone)] {
            guard let kind = try db.integer("SELECT id FROM identifier_kinds WHERE name = \(kind)") else { continue }
            try db.stream("SELECT person FROM identifiers WHERE kind = \(kind)") { tally.has(what, $0.integer(0)) }
        }
        if !isNamed.isEmpty {
            try db.stream("SELECT person FROM golden WHERE \(raw: isNamed)") { tally.has(SourceTally.name, $0.integer(0)) }
        }
        let out = tally.sources(names)
        var rows: [String: (Int, Int)] = [:]
        try db.each(
            "SELECT source, SUM(added + duplicates), SUM(rejected) FROM imports GROUP BY source ORDER BY source"
        ) { rows[$0.text(0)] = ($0.int(1), $0.int(2)) }
        return out.filter { $0.name != "rapport" }.map { source in
            var source = source
            (source.rows, source.rejected) = rows[source.name] ?? (0, 0)
            return source
        }.sorted { ($0.completeness, $0.name) < ($1.completeness, $1.name) }
    }
}
