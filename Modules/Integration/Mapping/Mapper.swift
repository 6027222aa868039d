public import RapportCore
public import RapportPluginKit
public import RapportStorage

/// Makes events of records by a mapping. A value: the same record always becomes the same events.
public struct Mapper: Sendable {
    public let mapping: Mapping
    public let source: String
    let fields: FieldCatalog
    let identity: IdentityRules
    let context: MappingContext
    /// When things without a time of their own were said.
    let said: Timestamp
    let isHistory: Bool
    /// Whether the same file has been imported before.
    let isRepetition: Bool

    public init(
        _ mapping: Mapping, source: String, fields: FieldCatalog, identity: IdentityRules = .builtIn,
        context: MappingContext = MappingContext(), said: Timestamp, isHistory: Bool? = nil, isRepetition: Bool = false
    ) {
        self.mapping = mapping
        self.isRepetition = isRepetition
        self.isHistory = isHistory ?? mapping.history ?? true
        self.source = source
        self.fields = fields
        self.identity = identity
        self.context = context
        self.said = said
    }

    /// What became of one record.
    public struct Outcome: Sendable {
        /// Without dedupe keys where `keyed` is false: whoever counts occurrences gives them.
        public var events: [(event: NewEvent, content: [UInt8], keyed: Bool)] = []
        /// Why the record, or a part of it, was rejected; places name the field.
        public var problems: [Problem] = []
        /// Values that were left out while the record came in.
        public var omissions: [Problem] = []
    }

    public func map(_ record: SourceRecord) -> Outcome { map(record, ColumnIndex(record.names, for: mapping)) }

    func map(_ record: SourceRecord, _ columns: ColumnIndex) -> Outcome {
        let row = MappedRow(record: record, columns: columns)
        var outcome = Outcome()
        for rule in mapping.records {
            guard rule.streams.isEmpty || rule.streams.contains(record.stream) else { continue }
            do {
                if let condition = rule.condition, try !condition.holds(for: row) { continue }
                var maker = EventMaker(mapper: self, rule: rule, row: row)
                let events = try maker.events()
                outcome.events += events
                outcome.omissions += maker.omissions
            } catch let problem as Problem {
                outcome.problems.append(problem)
            } catch {
                outcome.problems.append(Problem("import.failed", "\(error)"))
            }
        }
        return outcome
    }
}

/// One rule at work on one record.
struct EventMaker {
    let mapper: Mapper
    let rule: RecordRule
    let row: MappedRow
    var omissions: [Problem] = []

    init(mapper: Mapper, rule: RecordRule, row: MappedRow) {
        self.mapper = mapper
        self.rule = rule
        self.row = row
    }

    mutating func events() throws -> [(event: NewEvent, content: [UInt8], keyed: Bool)] {
        let identifiers = try identifiers()
        let at = try time()
        let key = try key()
        if rule.target.isContext { return try statements(identifiers, at: at, key: key) }
        var event = NewEvent(
            kind: "person.identified", source: mapper.source, identifiers: identifiers, occurredAt: at ?? mapper.said,
            history: mapper.isHistory)
        // What the event is known by when it comes again: `identity` alone where it can happen once only, else what it says
        // too. Without an identity equal events are counted.
        var identity: [String]?
        var once = false
        switch rule.target {
        case .people:
            try person(&event, identifiers)
            // Whoever has no key is told by the source's own number, or by all that identifies.
            let own = identifiers.first { $0.kind.hasPrefix("external.") }.map { [$0] } ?? identifiers
            identity = key.map { [$0] } ?? own.flatMap { [$0.kind, $0.value] }
        case .accounts, .products:
            identity = [try record(&event, key)]
        case .events:
            let kind = try required("kind")
            event.kind = EventKind.isValid(kind) ? kind : "track.\(Self.snake(kind))"
            if KindDefinition.own.contains(kind) {
                throw Problem(
                    "import.own_kind", "\(kind) is for Rapport to say", at: .init(path: "kind"),
                    remedy: "Permissions and suppressions have records of their own: as: permissions, as: suppressions")
            }
            event.properties = .object(try values())
            identity = key.map { [$0] }
            once = key != nil
        case .orders:
            let state = try state()
            let number = try required("order")
            event.kind = "order.\(state)"
            event.properties = .object(try order())
            // An order may be refunded and returned in parts; all else happens to it once.
            let isPart = state == "refunded" || state == "returned"
            once = rule.line.isEmpty && (!isPart || key != nil)
            identity = once ? [number] + (isPart ? [key ?? ""] : []) : nil
        case .permissions:
            try permission(&event)
            identity = key.map { [$0] }
        case .suppressions:
            try suppression(&event)
            identity = key.map { [$0] }
        case .affiliations, .households, .relations: break
        }
        let said = [
            event.properties.canonicalText, event.personal?.canonicalText ?? "", at.map { String($0.milliseconds) } ?? "",
        ]
        let whole = ["import", mapper.source, event.kind] + (identity ?? [])
        let near = identity?.last { !$0.isEmpty } ?? ""
        let names = identifiers.flatMap { [$0.kind, $0.value] }
        if rule.target.isState, at == nil, identity != nil {
            // How something is, and nothing says since when: it may become what it was before.
            event.dedupeKey = Array(DedupeKey.hash(whole, near: near).prefix(8) + DedupeKey.hash(names + said).prefix(8))
            event.restates = mapper.isRepetition ? .repetition : .statement
            return [(event, event.dedupeKey ?? [], true)]
        }
        let hash = DedupeKey.hash(once ? whole : whole + names + said, near: near)
        if identity != nil { event.dedupeKey = hash }
        return [(event, hash, identity != nil)]
    }

    /// The source's own id of the record.
    ///
    /// - Throws: `Problem` `import.no_key` where the mapping names one and the record has none.
    private func key() throws -> String? {
        guard rule.key != nil else { return row.record.key }
        guard let key = try text(rule.key, "key") else {
            throw Problem("import.no_key", "the key is empty", at: .init(path: "key"))
        }
        return key
    }

    private mutating func person(_ event: inout NewEvent, _ identifiers: [Identifier]) throws {
        var members = try values()
        if rule.keep != nil { members.removeAll { member in mapper.fields[member.name] == nil && !named(member.name) } }
        let sorted = mapper.fields.sort(members)
        omissions += sorted.unfit
        if let name = sorted.undeclared.first {
            throw Problem("import.undeclared_field", "no field \"\(name)\" is declared", at: .init(path: name))
        }
        var properties: [JSONValue.Member] = [.init("fields", .object(sorted.properties))]
        if let account = try text(part("account"), "account") { properties.append(.init("account", .string(account))) }
        if try flag("confirmed") == true {
            properties.append(.init("confirmed", true))
            let kinds = Set(identifiers.map(\.kind).filter { !$0.hasPrefix("external.") }).sorted()
            properties.append(.init(ConfirmationsFold.property, .array(kinds.map { .string($0) })))
            let addresses = identifiers.filter { kinds.contains($0.kind) }.map { JSONValue.integer(AddressHash.of($0)) }
            properties.append(.init(ConfirmationsFold.addressesProperty, .array(addresses)))
        }
        event.properties = .object(properties)
        event.personal = sorted.personal.isEmpty ? nil : ["fields": .object(sorted.personal)]
    }

    /// Whether the record says yes; `nil` where it says nothing.
    func flag(_ name: String) throws -> Bool? {
        guard let rule = part(name), let value = try placed(name, { try rule.value(of: row) }) else { return nil }
        return try placed(name) { try FieldType.flag.value(of: value) } == .integer(1)
    }

    private func named(_ name: String) -> Bool { rule.values.contains { $0.name == name } }

    /// Says how an account or a product is.
    ///
    /// - Returns: its key: the mapping's, else its name.
    private func record(_ event: inout NewEvent, _ key: String?) throws -> String {
        event.kind = rule.target == .accounts ? "account.identified" : "product.identified"
        let fields = try values()
        guard let id = key ?? fields.first(where: { $0.name == "name" })?.value.scalarText else {
            throw Problem("import.no_key", "there is neither a key nor a name", at: .init(path: "key"))
        }
        event.properties = ["id": .string(id), "fields": .object(fields)]
        return id
    }

    // MARK: Values

    func part(_ name: String) -> ValueRule? { rule.parts.first { $0.name == name }?.rule }

    func text(_ rule: ValueRule?, _ name: String) throws -> String? {
        try placed(name) { try rule?.value(of: row)?.scalarText }
    }

    func required(_ name: String) throws -> String {
        guard let text = try text(part(name), name) else {
            throw Problem("import.missing", "there is no \(name)", at: .init(path: name))
        }
        return text
    }

    func values() throws -> [JSONValue.Member] {
        let named: [JSONValue.Member] = try rule.values.compactMap { named in
            try placed(named.name) { try named.rule.value(of: row) }.map { .init(named.name, $0) }
        }
        guard let keep = rule.keep else { return named }
        return named + kept(keep, besides: Set(named.map(\.name) + rule.parts.map(\.name)))
    }

    /// Columns that the rule does not read, under their own names.
    private func kept(_ keep: RecordRule.Keep, besides taken: Set<String>) -> [JSONValue.Member] {
        let read = Set(rule.columns.map(ColumnIndex.key))
        var taken = taken
        return row.columns.names.compactMap { column in
            let name = Self.snake(column)
            if case .columns(let wanted) = keep, !wanted.contains(ColumnIndex.key(column)) { return nil }
            guard !name.isEmpty, !read.contains(ColumnIndex.key(column)) || keep != .all,
                let value = try? ValueRule(.column(column)).value(of: row), taken.insert(name).inserted
            else { return nil }
            return .init(name, value)
        }
    }

    private func time() throws -> Timestamp? {
        guard let text = try text(rule.at, "at") else { return nil }
        guard let time = Timestamp(rfc3339: text) ?? Timestamp(rfc3339: text + "T00:00:00Z") else {
            throw Problem("import.bad_date", "\"\(text)\" is no time", at: .init(path: "at"))
        }
        return time
    }

    /// An identifier that cannot be one is left out and noted; a record that keeps none is rejected.
    private mutating func identifiers() throws -> [Identifier] {
        rule.target.concernsPeople ? try identifiers(rule.identifiers, under: "") : []
    }

    mutating func identifiers(_ rules: [RecordRule.Named], under path: String) throws -> [Identifier] {
        var found: [Identifier] = []
        var last: Problem?
        for named in rules {
            do {
                guard let text = try named.rule.value(of: row)?.scalarText else { continue }
                found.append(try mapper.identity.normalised(kind: named.name, value: text, region: rule.region))
            } catch let problem as Problem {
                last = problem.at(.init(path: path + named.name))
                omissions.append(problem.at(.init(path: path + named.name)))
            }
        }
        guard !found.isEmpty else {
            throw last
                ?? Problem(
                    "import.nobody", "no column says whom this is about",
                    at: .init(path: rules.map { path + $0.name }.joined(separator: ", ")))
        }
        return found
    }

    func placed<Result>(_ name: String, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let problem as Problem { throw problem.at(.init(path: name)) }
    }

    /// `Song Played` → `song_played`.
    static func snake(_ name: String) -> String {
        var out = ""
        for character in Text.folded(name) {
            if character.isASCII, character.isLetter || character.isNumber {
                out.append(character)
            } else if out.last != "_", !out.isEmpty {
                out.append("_")
            }
        }
        return out.last == "_" ? String(out.dropLast()) : out
    }
}
