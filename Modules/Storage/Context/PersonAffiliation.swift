public import RapportCore

/// Where somebody is or was, as people read it.
public struct PersonAffiliation: Sendable, Hashable {
    public var affiliation: Affiliation
    /// Whose word the account is; empty for one that is known by its name alone.
    public var source: String
    /// The source's key; empty for one that is known by its name alone.
    public var key: String
    /// The account's name, where somebody told it.
    public var name: String?
    /// Of the account, where it is a record.
    public var accountID: String?

    public var title: String { name ?? "\(source):\(key)" }

    /// `source:key`, or the name.
    public var reference: String { source.isEmpty ? name ?? "" : "\(source):\(key)" }
}

extension People {
    /// Where people are and were, each one's by beginning: what sources named and what was said by hand.
    ///
    /// What is known by a company's name alone gives way to an account of that name.
    public static func affiliations(of people: [PersonID], in db: Connection) throws -> [PersonID: [PersonAffiliation]] {
        guard !people.isEmpty else { return [:] }
        var found: [PersonID: [PersonAffiliation]] = [:]
        try db.each(
            """
            SELECT affiliations.person, affiliations.source, affiliations.external, affiliations.name, affiliations.role,
                affiliations.title, affiliations.main, affiliations.since, affiliations.until, affiliations.dated,
                affiliations.profile, affiliations.ended_partition, affiliations.ended_position, sources.name, accounts.name,
                accounts.public_id
            FROM affiliations
            LEFT JOIN sources ON sources.id = affiliations.source
            LEFT JOIN accounts ON accounts.source = affiliations.source AND accounts.external = affiliations.external
            WHERE affiliations.person IN \(list: people) ORDER BY affiliations.person, affiliations.place
            """
        ) { row in
            let account = Affiliation.Account(source: row.integer(1), external: row.text(2))
            let ended = row.integerOrNil(11).map { EventRef(partition: Int($0), position: row.integer(12)) }
            let affiliation = Affiliation(
                account: account, name: row.text(3), role: row.text(4), title: row.text(5), isPrimary: row.bool(6),
                since: row.timestamp(7), until: row.timestampOrNil(8), isDated: row.bool(9), profile: row.integer(10),
                endedBy: ended)
            found[row.integer(0), default: []].append(
                PersonAffiliation(
                    affiliation: affiliation, source: row.textOrNil(13) ?? "", key: account.isByName ? "" : account.external,
                    name: account.isByName ? affiliation.name : row.textOrNil(14), accountID: row.textOrNil(15)))
        }
        for (person, company) in try companies(of: people.filter { found[$0] == nil }, in: db) { found[person] = [company] }
        return found.mapValues(shown)
    }

    public static func affiliations(of person: PersonID, in db: Connection) throws -> [PersonAffiliation] {
        try affiliations(of: [person], in: db)[person] ?? []
    }

    /// Of those of whom a source said a company once: since when it has said so.
    private static func companies(of people: [PersonID], in db: Connection) throws -> [PersonID: PersonAffiliation] {
        guard !people.isEmpty else { return [:] }
        return try fields(of: people, in: db).compactMapValues { fields in
            guard let company = fields.first(where: { $0.name == "company" }) else { return nil }
            return PersonAffiliation(
                affiliation: Affiliation(account: .init(named: company.text), name: company.text, since: company.saidAt),
                source: "", key: "", name: company.text, accountID: nil)
        }
    }

    private static func shown(_ all: [PersonAffiliation]) -> [PersonAffiliation] {
        let keyed = all.filter { !$0.affiliation.account.isByName }
        let names = Set(keyed.compactMap { $0.name.map(Text.folded) })
        return all.filter { one in
            if one.affiliation.account.isByName { return !names.contains(one.affiliation.account.external) }
            guard one.affiliation.role.isEmpty else { return true }
            // Where a role is told, that a record names the account adds nothing.
            return !keyed.contains {
                $0.affiliation.account == one.affiliation.account && !$0.affiliation.role.isEmpty
                    && $0.affiliation.since <= one.affiliation.since && ($0.affiliation.until == one.affiliation.until)
            }
        }
    }
}

extension [PersonAffiliation] {
    /// Those that hold at a moment, the primary one first.
    public func current(at now: Timestamp) -> [PersonAffiliation] {
        filter { $0.affiliation.holds(at: now) }.sorted {
            $0.affiliation.isPrimary != $1.affiliation.isPrimary
                ? $0.affiliation.isPrimary : $0.affiliation.since > $1.affiliation.since
        }
    }
}
