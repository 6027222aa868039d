public import RapportCore

/// A person at an account, as the account shows it.
public struct AccountMember: Sendable, Hashable {
    public var person: PersonID
    public var publicID: String
    public var name: String
    public var affiliation: Affiliation
}

/// An event of somebody who was at an account when it happened.
public struct AccountEvent: Sendable, Hashable {
    public var person: PersonID
    public var publicID: String
    public var name: String
    public var entry: TimelinePage.Entry
}

extension HouseRecord {
    /// Those who are and were at this account, by beginning: by its key, and by its name where nothing else tells.
    public func members(limit: Int = 200, in db: Connection) throws -> [AccountMember] {
        guard kind == .account else { return [] }
        let known = try db.all(
            """
            SELECT affiliations.person FROM affiliations JOIN people ON people.id = affiliations.person
            WHERE \(Self.isHere(try account(in: db), name)) AND people.state = 0
            GROUP BY affiliations.person ORDER BY affiliations.person LIMIT \(limit)
            """
        ) { $0.integer(0) }
        let people = known + (try peopleByCompany(limit: limit, in: db)).filter { !known.contains($0) }
        let (ids, names) = (try People.publicIDs(of: people, in: db), try People.titles(of: people, in: db))
        let here = try account(in: db)
        let byName = Affiliation.Account(named: name)
        return try People.affiliations(of: people, in: db).flatMap { person, all in
            all.filter { $0.affiliation.account == here || $0.affiliation.account == byName }.map {
                AccountMember(
                    person: person, publicID: ids[person] ?? "", name: names[person] ?? "", affiliation: $0.affiliation)
            }
        }.sorted { ($0.affiliation.since, $0.name, $0.person) < ($1.affiliation.since, $1.name, $1.person) }
    }

    /// What happened with its people while they were here, the latest first: touchpoints, and who came and went.
    public func timeline(count: Int = 20, in db: Connection) throws -> [AccountEvent] {
        guard kind == .account else { return [] }
        let touchpoints = try Touchpoints.read(in: db)
        let own: Set = [AffiliationsFold.joined, AffiliationsFold.left, AffiliationsFold.changed]
        let hidden = try db.all("SELECT id, name FROM kinds ORDER BY id") { (id: $0.integer(0), name: $0.text(1)) }
            .filter { touchpoints.rule($0.name).phase == .none && !own.contains($0.name) }.map(\.id)
        // A beginning that is only when it was first heard of does not cut off what came before, unless another job did.
        let rows = try db.all(
            """
            SELECT \(raw: TimelinePage.Entry.columns), events.person FROM events
            JOIN kinds ON kinds.id = events.kind
            JOIN sources ON sources.id = events.source
            WHERE (events.partition, events.position) IN (
                SELECT timeline.partition, timeline.position FROM affiliations
                JOIN timeline ON timeline.person = affiliations.person
                JOIN people ON people.id = affiliations.person
                WHERE \(Self.isHere(try account(in: db), name)) AND people.state = 0
                  AND timeline.kind NOT IN \(list: hidden)
                  AND (affiliations.until IS NULL OR timeline.occurred_at <= affiliations.until)
                  AND (timeline.occurred_at >= affiliations.since OR (affiliations.dated = 0 AND NOT EXISTS (
                    SELECT 1 FROM affiliations AS former
                    WHERE former.person = affiliations.person AND former.until IS NOT NULL
                      AND former.until <= affiliations.since
                      AND (former.source <> affiliations.source OR former.external <> affiliations.external)))))
            ORDER BY events.occurred_at DESC, events.partition DESC, events.position DESC LIMIT \(max(1, min(count, 500)))
            """
        ) { row in (person: row.integer(8), entry: try TimelinePage.Entry(row, touchpoints, purchases: [])) }
        let people = Set(rows.map(\.person)).sorted()
        let (ids, names) = (try People.publicIDs(of: people, in: db), try People.titles(of: people, in: db))
        let purchases = try Touchpoints.purchases(of: people, in: db)
        return rows.map { person, entry in
            var entry = entry
            entry.phase = touchpoints.rule(entry.kind).phase(at: entry.occurredAt, purchases: purchases[person] ?? [])
            return AccountEvent(person: person, publicID: ids[person] ?? "", name: names[person] ?? "", entry: entry)
        }
    }

    private func account(in db: Connection) throws -> Affiliation.Account {
        Affiliation.Account(
            source: try db.integer("SELECT id FROM sources WHERE name = \(source)") ?? -1, external: external)
    }

    private static func isHere(_ account: Affiliation.Account, _ name: String) -> SQL {
        let folded = Text.folded(name)
        return """
            ((affiliations.source = \(account.source) AND affiliations.external = \(account.external))
                OR (affiliations.source = 0 AND affiliations.external = \(folded)))
            """
    }

    /// Those of whom a source says that they work for a company of this name, and nothing more.
    private func peopleByCompany(limit: Int, in db: Connection) throws -> [PersonID] {
        guard let slot = try db.integer("SELECT slot FROM fields WHERE name = 'company'"),
            let word = Text.searchWords(name).max(by: { $0.utf8.count < $1.utf8.count })
        else { return [] }
        return try db.all(
            """
            SELECT words.person FROM words JOIN golden ON golden.person = words.person
            JOIN people ON people.id = words.person
            WHERE words.word = \(word) AND golden.f\(raw: String(slot)) = \(Text.folded(name)) AND people.state = 0
              AND NOT EXISTS (SELECT 1 FROM affiliations WHERE affiliations.person = words.person)
            ORDER BY words.word, words.person LIMIT \(limit)
            """
        ) { $0.integer(0) }
    }
}
