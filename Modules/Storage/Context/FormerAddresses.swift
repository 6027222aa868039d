public import RapportCore

/// Email addresses that belonged to a job that is over: worked out when asked, from when addresses were first seen and from where
/// people have been, so that merging, unmerging and taking back an import leave nothing behind.
public enum FormerAddresses {
    /// The former work addresses of people; who has none is missing.
    public static func of(_ people: [PersonID], in db: Connection) throws -> [PersonID: Set<String>] {
        guard !people.isEmpty else { return [:] }
        let moved = try db.all(
            "SELECT DISTINCT person FROM affiliations WHERE person IN \(list: people) AND until IS NOT NULL ORDER BY person"
        ) { $0.integer(0) }
        guard !moved.isEmpty, let kind = try IdentifierNumbers.all(in: db)["email"] else { return [:] }
        var addresses: [PersonID: [String: Timestamp]] = [:]
        try db.each("SELECT person, value, first_seen FROM identifiers WHERE person IN \(list: moved) AND kind = \(kind)") {
            row in
            let before = addresses[row.integer(0)]?[row.text(1)] ?? .distantFuture
            addresses[row.integer(0), default: [:]][row.text(1)] = min(before, row.timestamp(2))
        }
        // Whoever has one address only is written to there, or nowhere.
        let several = addresses.filter { $0.value.count > 1 }
        guard !several.isEmpty else { return [:] }
        let jobs = try jobs(of: several.keys.sorted(), in: db)
        var out: [PersonID: Set<String>] = [:]
        for (person, known) in several {
            let former = WorkAddress.former(
                known.map { WorkAddress.Known($0.key, firstSeen: $0.value) }, jobs: jobs[person] ?? [])
            if !former.isEmpty { out[person] = former }
        }
        return out
    }

    private static func jobs(of people: [PersonID], in db: Connection) throws -> [PersonID: [WorkAddress.Job]] {
        struct Spell {
            var domains: Set<String>
            /// `nil` as soon as one role at the account goes on.
            var until: Timestamp?
        }
        var spells: [PersonID: [Affiliation.Account: Spell]] = [:]
        try db.each(
            """
            SELECT affiliations.person, affiliations.source, affiliations.external, affiliations.until, accounts.data
            FROM affiliations
            LEFT JOIN accounts ON accounts.source = affiliations.source AND accounts.external = affiliations.external
            WHERE affiliations.person IN \(list: people) ORDER BY affiliations.person, affiliations.place
            """
        ) { row in
            let account = Affiliation.Account(source: row.integer(1), external: row.text(2))
            let until = row.timestampOrNil(3)
            if let known = spells[row.integer(0)]?[account] {
                let latest = known.until.flatMap { last in until.map { max(last, $0) } }
                spells[row.integer(0)]?[account]?.until = latest
            } else {
                let domains = try row.textOrNil(4).map { try Self.domains(RecordData(text: $0)) } ?? []
                spells[row.integer(0), default: [:]][account] = Spell(domains: domains, until: until)
            }
        }
        return spells.mapValues { $0.values.map { WorkAddress.Job(domains: $0.domains, until: $0.until) } }
    }

    /// Fields of an account that tell its domain.
    private static let fields: Set = ["domain", "website", "web", "url", "email", "email_domain"]

    private static func domains(_ data: RecordData) -> Set<String> {
        Set(
            data.values.filter { fields.contains($0.name) }.compactMap { $0.value.string.flatMap(WorkAddress.domain) }
                .filter { !WorkAddress.isPublic($0) })
    }
}
