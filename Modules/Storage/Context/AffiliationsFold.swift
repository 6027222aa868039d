public import RapportCore

/// Folds where people work and have worked: `account.joined`, `account.left`, `job.changed` by a bounce, and what sources' records of
/// them name as account or company. Stands behind timeline and totals.
public struct AffiliationsFold: Fold {
    public let name = "affiliations"
    let catalog: Catalog

    public static let joined = "account.joined"
    public static let left = "account.left"
    /// Says that somebody moved. Only one that follows from a bounced address is the news itself.
    public static let changed = "job.changed"
    static let bounce = "bounce"
    private static let kinds: Set = [FieldsFold.eventKind, joined, left, changed]

    public init(catalog: Catalog) { self.catalog = catalog }

    public func apply(_ events: [Event], in step: StepContext) throws {
        guard try step.hasEvents(of: Self.kinds) else { return }
        let (db, statements) = (step.db, try statements(in: step.db))
        let speaking = events.filter(statements.speaks)
        guard !speaking.isEmpty else { return }
        let repeated = try repetitions(among: speaking, statements, in: step)
        let news = repeated.isEmpty ? speaking : speaking.filter { !repeated.contains($0.ref) }
        let others = repeated.isEmpty ? events : events.filter { !repeated.contains($0.ref) }
        try write(try statements.said(by: news, among: others, in: step).filter { !Self.isPlain($0.value) }, in: db)
    }

    /// Whether a company has been named, and once: it is in the field, and a row more for everybody would tell nothing.
    private static func isPlain(_ statements: [AffiliationHistory.Statement]) -> Bool {
        guard statements.count == 1, case .named(_, let account?, _)? = statements.first?.said else { return false }
        return account.isByName
    }

    public func refold(_ people: [PersonID], in step: StepContext) throws {
        try write(try statements(in: step.db).said(by: people, in: step.db), in: step.db)
    }

    public func fingerprint(of person: PersonID, in db: Connection) throws -> String {
        try db.all(
            """
            SELECT source, external, role, title, main, since, until, dated, profile FROM affiliations WHERE person = \(person)
            ORDER BY person, place
            """
        ) { row in
            let until = row.integerOrNil(6).map(String.init) ?? "-"
            return "\(row.integer(0)) \(row.text(1)) [\(row.text(2))] [\(row.text(3))] \(row.integer(4)) "
                + "\(row.integer(5)) \(until) \(row.integer(7)) \(row.integer(8))"
        }.joined(separator: "\n")
    }

    // MARK: What events say

    private func statements(in db: Connection) throws -> PersonStatements<AffiliationHistory.Statement> {
        let kinds = try catalog.existingKinds(Self.kinds, in: db)
        return PersonStatements(
            kinds: Dictionary(kinds.map { ($1.id, $0) }) { first, _ in first },
            mentions: { $0.properties.mentions("account") || $0.properties.mentions("company") },
            // A company by its name alone, see below.
            isPlain: { [identified = kinds[FieldsFold.eventKind]?.id] in
                $0.kind == identified && !$0.properties.mentions("account")
            }
        ) { event, kind in try statement(event, kind, in: db) }
    }

    private func statement(_ event: Event, _ kind: String, in db: Connection) throws -> AffiliationHistory.Statement? {
        let json = try JSONValue(parsing: event.properties)
        switch kind {
        case Self.joined:
            guard let (account, name) = try account(json, "account", event, in: db) else { return nil }
            let (time, isDated) = json.time(event, "since")
            let personal = event.personal == 0 ? nil : try PersonalValues.read(of: [event], in: db)[event.personal]
            return .init(
                .joined(
                    account, name: name, role: json["role"]?.string ?? "",
                    title: (personal?["title"] ?? json["title"])?.string, isPrimary: json["primary"]?.bool),
                time: time, isDated: isDated)
        case Self.left:
            let (time, isDated) = json.time(event, "until")
            return .init(
                .left(try account(json, "account", event, in: db)?.account, role: json["role"]?.string), time: time,
                isDated: isDated)
        case Self.changed:
            guard json["cause"]?.string == Self.bounce else { return nil }
            let time = json.time(event, "since").time
            // The new account, if any is known, is joined by an event of its own.
            guard let (account, _) = try account(json, "from", event, in: db) else { return nil }
            return .init(.left(account, role: nil), time: time)
        default:
            let time = json.time(event, "").time
            if let key = json["account"]?.plainKey {
                return .init(
                    .named(profile: event.profile, .init(source: event.source, external: key), name: ""), time: time)
            }
            guard let company = json["fields"]?["company"] else { return nil }
            let name = company.string ?? ""
            let account = Text.folded(name).isEmpty ? nil : Affiliation.Account(named: name)
            return .init(.named(profile: event.profile, account, name: name), time: time)
        }
    }

    /// The account that a property names: a key of the event's source, or of `account_source`; `account_name` names one that is known
    /// by nothing else.
    private func account(_ json: JSONValue, _ property: String, _ event: Event, in db: Connection) throws -> (
        account: Affiliation.Account, name: String
    )? {
        if let name = json["\(property)_name"]?.string, !Text.folded(name).isEmpty { return (.init(named: name), name) }
        guard let key = json[property]?.plainKey else { return nil }
        let source = try json["\(property)_source"]?.string.map { try catalog.source($0, in: db).id } ?? event.source
        return (.init(source: source, external: key), "")
    }

    /// Those of `speaking` that name the account again that the same record has named last: nothing follows from it.
    private func repetitions(
        among speaking: [Event], _ statements: PersonStatements<AffiliationHistory.Statement>, in step: StepContext
    ) throws -> Set<EventRef> {
        let identified = speaking.filter { statements.kinds[$0.kind] == FieldsFold.eventKind }
        let people = step.known(among: Set(identified.map(\.person)))
        guard !people.isEmpty else { return [] }
        var open: [ProfileID: (account: Affiliation.Account, since: Timestamp)] = [:]
        try step.db.each(
            """
            SELECT profile, source, external, since FROM affiliations
            WHERE person IN \(list: people) AND profile <> 0 AND until IS NULL
            """
        ) { row in
            open[row.integer(0)] = (.init(source: row.integer(1), external: row.text(2)), row.timestamp(3))
        }
        guard !open.isEmpty else { return [] }
        let repeated = try identified.filter { event in
            guard let known = open[event.profile], event.occurredAt >= known.since,
                let statement = try statements.read(event, FieldsFold.eventKind), case .named(_, let account?, _) = statement.said
            else { return false }
            return account == known.account
        }
        return Set(repeated.map(\.ref))
    }

    // MARK: Writing

    private func write(_ said: [PersonID: [AffiliationHistory.Statement]], in db: Connection) throws {
        guard !said.isEmpty else { return }
        let people = said.keys.sorted()
        try db.run("DELETE FROM affiliations WHERE person IN \(list: people)")
        var rows: [(person: PersonID, place: Int, affiliation: Affiliation)] = []
        for person in people {
            let statements = said[person] ?? []
            if Self.isPlain(statements) { continue }
            for (place, affiliation) in AffiliationHistory.affiliations(of: statements).enumerated() {
                rows.append((person, place, affiliation))
            }
        }
        try db.insert(
            into: "affiliations",
            [
                "person", "place", "source", "external", "name", "role", "title", "main", "since", "until", "dated", "profile",
                "ended_partition", "ended_position",
            ], rows
        ) { row, one in
            row.integer(one.person)
            row.int(one.place)
            row.integer(one.affiliation.account.source)
            row.text(one.affiliation.account.external)
            row.text(one.affiliation.name)
            row.text(one.affiliation.role)
            row.text(one.affiliation.title)
            row.bool(one.affiliation.isPrimary)
            row.time(one.affiliation.since)
            row.time(one.affiliation.until)
            row.bool(one.affiliation.isDated)
            row.integer(one.affiliation.profile)
            row.integer(one.affiliation.endedBy.map { Int64($0.partition) })
            row.integer(one.affiliation.endedBy?.position)
        }
    }
}
