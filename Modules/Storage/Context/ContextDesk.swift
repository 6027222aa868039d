public import RapportCore

/// What people state about somebody's context: where they work, whom they are something to, with whom they live. Everything becomes
/// events, of the second person too where there is one, in one transaction; the step folds them.
public struct ContextDesk: Sendable {
    /// An account as a statement names it: a record, or a company that is known by its name alone.
    public enum Company: Sendable, Hashable {
        case record(HouseRecord)
        case named(String)

        var account: Affiliation.Account? { if case .named(let name) = self { .init(named: name) } else { nil } }

        public var title: String {
            switch self {
            case .record(let record): record.name
            case .named(let name): name
            }
        }

        func members(_ property: String) -> [JSONValue.Member] {
            switch self {
            case .record(let record):
                [.init(property, .string(record.external)), .init("\(property)_source", .string(record.source))]
            case .named(let name): [.init("\(property)_name", .string(name))]
            }
        }
    }

    /// What is said of somebody's place at an account.
    public struct Terms: Sendable, Hashable {
        public var role: String?
        public var title: String?
        public var isPrimary: Bool?
        /// When it began or ended, where that is known.
        public var date: Timestamp?

        public init(role: String? = nil, title: String? = nil, isPrimary: Bool? = nil, date: Timestamp? = nil) {
            self.role = role
            self.title = title
            self.isPrimary = isPrimary
            self.date = date
        }
    }

    /// Who came from where.
    public struct Move: Sendable, Hashable {
        public var from: [String]
        public var to: String
    }

    static let source = "rapport"

    let door: Door
    let actor: String

    public init(door: Door, actor: String) {
        self.door = door
        self.actor = actor
    }

    // MARK: Accounts

    /// Says that a person is at an account.
    ///
    /// - Throws: `Problem` `context.unknown_role`.
    public func join(_ person: PersonID, _ company: Company, _ terms: Terms, at now: Timestamp, in db: Connection) throws {
        try accept([try joining(person, company, terms, at: now, in: db)], in: db)
    }

    /// Says that a person is not at an account any more.
    ///
    /// - Throws: `Problem` `context.not_there`.
    public func leave(_ person: PersonID, _ company: Company, _ terms: Terms, at now: Timestamp, in db: Connection) throws {
        let there = try People.affiliations(of: person, in: db).filter { one in
            one.affiliation.until == nil && matches(one, company) && (terms.role == nil || one.affiliation.role == terms.role)
        }
        guard let first = there.first else {
            throw Problem("context.not_there", "the person is not at \(company.title)\(terms.role.map { " as \($0)" } ?? "")")
        }
        try accept([leaving(person, Self.members(of: first, "account"), terms, at: now)], in: db)
    }

    /// Says that a person has gone from one account to another. Everything at the old one ends; what happened there stays.
    ///
    /// - Parameter from: `nil`: the one account that the person is at, or the primary one of several.
    /// - Throws: `Problem` `context.several_accounts`, `context.already_there`, `context.not_there`, `context.unknown_role`.
    public func move(
        _ person: PersonID, from: Company?, to: Company, _ terms: Terms, at now: Timestamp, in db: Connection
    ) throws -> Move {
        let open = try People.affiliations(of: person, in: db).filter { $0.affiliation.until == nil }
        guard !open.contains(where: { matches($0, to) }) else {
            throw Problem("context.already_there", "the person is at \(to.title) already")
        }
        let old: [PersonAffiliation]
        if let from {
            old = open.filter { matches($0, from) }
            guard !old.isEmpty else { throw Problem("context.not_there", "the person is not at \(from.title)") }
        } else {
            let accounts = Set(open.map(\.affiliation.account))
            let primary = open.filter(\.affiliation.isPrimary)
            guard accounts.count < 2 || !primary.isEmpty else {
                let names = Set(open.map(\.reference)).sorted().joined(separator: ", ")
                throw Problem(
                    "context.several_accounts", "the person is at several accounts: \(names)",
                    remedy: "Say which one with --from.")
            }
            old = accounts.count < 2 ? open : primary
        }
        var events: [NewEvent] = []
        var left: Set<Affiliation.Account> = []
        for one in old where left.insert(one.affiliation.account).inserted {
            events.append(leaving(person, Self.members(of: one, "account"), Terms(date: terms.date), at: now))
        }
        var terms = terms
        terms.isPrimary = terms.isPrimary ?? (old.contains(where: \.affiliation.isPrimary) ? true : nil)
        events.append(try joining(person, to, terms, at: now, in: db))
        try accept(events, in: db)
        return Move(from: Array(Set(old.map(\.title))).sorted(), to: to.title)
    }

    private func joining(
        _ person: PersonID, _ company: Company, _ terms: Terms, at now: Timestamp, in db: Connection
    ) throws -> NewEvent {
        if let role = terms.role { try ContextWords.read(in: db).check(role: role) }
        var members = company.members("account")
        if let role = terms.role { members.append(.init("role", .string(role))) }
        if let isPrimary = terms.isPrimary { members.append(.init("primary", .bool(isPrimary))) }
        if let date = terms.date { members.append(.init("since", .string(date.rfc3339))) }
        var event = statement(AffiliationsFold.joined, person, members, at: now)
        // A title may name somebody: it is erased with them.
        event.personal = terms.title.map { ["title": .string($0)] }
        return event
    }

    private func leaving(_ person: PersonID, _ account: [JSONValue.Member], _ terms: Terms, at now: Timestamp) -> NewEvent {
        var members = account
        if let role = terms.role { members.append(.init("role", .string(role))) }
        if let date = terms.date { members.append(.init("until", .string(date.rfc3339))) }
        return statement(AffiliationsFold.left, person, members, at: now)
    }

    private func matches(_ one: PersonAffiliation, _ company: Company) -> Bool {
        switch company {
        case .record(let record):
            (one.source == record.source && one.key == record.external)
                || one.affiliation.account == Affiliation.Account(named: record.name)
        case .named(let name):
            one.affiliation.account == Affiliation.Account(named: name) || one.name.map(Text.folded) == Text.folded(name)
        }
    }

    static func members(of one: PersonAffiliation, _ property: String) -> [JSONValue.Member] {
        one.source.isEmpty
            ? [.init("\(property)_name", .string(one.name ?? ""))]
            : [.init(property, .string(one.key)), .init("\(property)_source", .string(one.source))]
    }

    // MARK: Other people

    /// Says that `other` is `kind` to a person; the other one gets the inverse.
    ///
    /// - Throws: `Problem` `context.unknown_relation`, `context.same_person`, `context.related_already`.
    public func relate(
        _ person: PersonID, to other: PersonID, as kind: String, since: Timestamp?, at now: Timestamp, in db: Connection
    ) throws {
        let inverse = try ContextWords.read(in: db).inverse(of: kind)
        guard person != other else { throw Problem("context.same_person", "they are one person") }
        guard try open(person, other, kind, in: db) == nil else {
            throw Problem("context.related_already", "they are \(kind) already")
        }
        let tie = try tie(person, other, kind, at: now, in: db)
        let date: [JSONValue.Member] = since.map { [.init("since", .string($0.rfc3339))] } ?? []
        try accept(
            [(person, 0, kind), (other, 1, inverse)].map { person, side, kind in
                statement(
                    RelationsFold.started, person,
                    [.init("relation", .string(kind)), .init("tie", .string(tie)), .init("side", .integer(side))] + date, at: now)
            }, in: db)
    }

    /// Says that `other` is not `kind` to a person any more.
    ///
    /// - Throws: `Problem` `context.not_related`.
    public func unrelate(
        _ person: PersonID, from other: PersonID, as kind: String, until: Timestamp?, at now: Timestamp, in db: Connection
    ) throws {
        guard let relation = try open(person, other, kind, in: db) else {
            throw Problem("context.not_related", "they are not \(kind)")
        }
        let date: [JSONValue.Member] = until.map { [.init("until", .string($0.rfc3339))] } ?? []
        try accept(
            [(person, relation.side), (other, 1 - relation.side)].map { person, side in
                statement(
                    RelationsFold.ended, person,
                    [.init("tie", .string(relation.tie)), .init("side", .integer(Int64(side)))] + date, at: now)
            }, in: db)
    }

    private func open(_ person: PersonID, _ other: PersonID, _ kind: String, in db: Connection) throws -> Relation? {
        try People.relations(of: person, in: db).first {
            $0.other == other && $0.relation.kind == kind && $0.relation.until == nil
        }?.relation
    }

    /// A name that nothing else has and that tells nothing of either.
    private func tie(_ person: PersonID, _ other: PersonID, _ kind: String, at now: Timestamp, in db: Connection) throws -> String
    {
        let before = try db.integer("SELECT COUNT(*) FROM relations WHERE person = \(person)") ?? 0
        let key = DedupeKey.hash("tie", String(person), String(other), kind, String(now.milliseconds), String(before))
        return key.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    // MARK: Households

    /// Says that people live together: the first one's household, or a new one, is everybody's.
    public func liveTogether(_ people: [PersonID], since: Timestamp?, at now: Timestamp, in db: Connection) throws {
        guard let first = people.first, Set(people).count > 1 else {
            throw Problem("context.same_person", "a household is of two people at least")
        }
        let known = try db.text(
            "SELECT symbols.value FROM people JOIN symbols ON symbols.id = people.household WHERE people.id = \(first)")
        let household = try known ?? "h." + tie(first, people[1], "household", at: now, in: db).prefix(16)
        let date: [JSONValue.Member] = since.map { [.init("since", .string($0.rfc3339))] } ?? []
        let there = try db.all(
            """
            SELECT people.id FROM people JOIN symbols ON symbols.id = people.household
            WHERE people.id IN \(list: people) AND symbols.value = \(household) ORDER BY people.id
            """
        ) { $0.integer(0) }
        try accept(
            people.filter { !there.contains($0) }.map {
                statement(HouseholdsFold.joined, $0, [.init("household", .string(household))] + date, at: now)
            }, in: db)
    }

    /// Says that a person has left the household.
    ///
    /// - Throws: `Problem` `context.no_household`.
    public func leaveHousehold(_ person: PersonID, until: Timestamp?, at now: Timestamp, in db: Connection) throws {
        guard try db.integer("SELECT household FROM people WHERE id = \(person)") != nil else {
            throw Problem("context.no_household", "the person is in no household")
        }
        let date: [JSONValue.Member] = until.map { [.init("until", .string($0.rfc3339))] } ?? []
        try accept([statement(HouseholdsFold.left, person, date, at: now)], in: db)
    }

    // MARK: Events

    private func statement(_ kind: String, _ person: PersonID, _ members: [JSONValue.Member], at now: Timestamp) -> NewEvent {
        NewEvent(
            kind: kind, source: Self.source, person: person, occurredAt: now,
            properties: .object(members + [.init("by", .string(actor))]))
    }

    private func accept(_ events: [NewEvent], in db: Connection) throws {
        for case .refused(let problem) in try door.accept(events, in: db) as [Acceptance] { throw problem }
    }
}
