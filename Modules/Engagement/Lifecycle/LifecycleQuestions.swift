public import RapportCore
public import RapportStorage

/// What people ask of stages, on the command line and on pages. Everything reads; nothing is changed.
public struct LifecycleQuestions: Sendable {
    public struct Stage: Sendable, Hashable {
        public var stage: LifecycleStage
        public var version: Int64
        public var people: Int64
    }

    /// A change of somebody's stage.
    public struct Change: Sendable, Hashable {
        public var at: Timestamp
        public var from: String?
        /// `nil`: in no stage.
        public var to: String?
        public var cause: LifecycleTransition.Cause
    }

    /// A stage and why somebody is in it or not.
    public struct Explained: Sendable, Hashable {
        public var stage: LifecycleStage
        public var isCurrent: Bool
        /// Whether the person comes from a stage that leads here.
        public var isOpen: Bool
        /// `nil`: the stage asks for nothing.
        public var explanation: SegmentExplanation?
    }

    private let house: TimeZoneRules
    private let permits: (any SegmentPermits)?

    public init(house: TimeZoneRules, permits: (any SegmentPermits)? = nil) {
        self.house = house
        self.permits = permits
    }

    /// The stages in the order of the journey, with how many are in each, and how many are in none.
    public static func stages(in db: Connection) throws -> (stages: [Stage], none: Int64) {
        var people: [String: Int64] = [:]
        try db.each(
            """
            SELECT COALESCE(symbols.value, ''), lifecycle_counts.people FROM lifecycle_counts
            LEFT JOIN symbols ON symbols.id = lifecycle_counts.stage ORDER BY lifecycle_counts.stage, lifecycle_counts.partition
            """
        ) { people[$0.text(0), default: 0] += $0.integer(1) }
        let stages = try DefinitionStore(handlers: []).current("lifecycle", in: db).map { definition in
            Stage(
                stage: try LifecycleStage(name: definition.name, json: definition.body), version: definition.version,
                people: people[definition.name] ?? 0)
        }
        return (stages.sorted { ($0.stage.order, $0.stage.name) < ($1.stage.order, $1.stage.name) }, people[""] ?? 0)
    }

    /// Whether people are still being judged by new rules.
    public static func isFilling(in db: Connection) throws -> Bool {
        try db.integer("SELECT 1 FROM lifecycle_fills LIMIT 1") != nil
    }

    /// The people in a stage, the newest record first.
    ///
    /// - Parameter among: of these only.
    /// - Throws: `Problem` `lifecycle.not_found` with the nearest name.
    public static func people(
        in stage: String, among people: [PersonID]? = nil, limit: Int, in db: Connection
    ) throws -> [PersonID] {
        let names = try DefinitionStore(handlers: []).current("lifecycle", in: db).map(\.name)
        guard names.contains(stage) else {
            throw Problem(
                "lifecycle.not_found", "there is no stage \"\(stage)\"",
                remedy: Spelling.nearest(to: stage, in: names).map { "Did you mean \"\($0)\"?" }
                    ?? "`rapport lifecycle` lists those there are")
        }
        guard let number = try db.integer("SELECT id FROM symbols WHERE value = \(stage)") else { return [] }
        let whom: SQL = people.map { "AND lifecycle_now.person IN \(list: $0)" } ?? ""
        return try db.all(
            """
            SELECT lifecycle_now.person FROM lifecycle_now JOIN people ON people.id = lifecycle_now.person
            WHERE lifecycle_now.stage = \(number) AND people.state = 0 AND people.anonymous = 0 \(whom)
            ORDER BY lifecycle_now.person DESC LIMIT \(limit)
            """
        ) { $0.integer(0) }
    }

    /// Every change of a person's stage, oldest first.
    public static func history(of person: PersonID, in db: Connection) throws -> [Change] {
        try db.all(
            """
            SELECT lifecycle_changes.at, was.value, now.value, lifecycle_changes.cause FROM lifecycle_changes
            LEFT JOIN symbols AS was ON was.id = lifecycle_changes.was
            LEFT JOIN symbols AS now ON now.id = lifecycle_changes.stage
            WHERE lifecycle_changes.person = \(person) ORDER BY lifecycle_changes.person, lifecycle_changes.place
            """
        ) { row in
            Change(
                at: row.timestamp(0), from: row.textOrNil(1), to: row.textOrNil(2),
                cause: .init(rawValue: row.integer(3)) ?? .event)
        }
    }

    /// Judges a person by every stage, in the order in which they win.
    public func explain(_ person: PersonID, at now: Timestamp, in db: Connection) throws -> [Explained] {
        let book = try LifecycleBook.read(house: house, permits: permits, in: db, making: nil)
        let stage = try db.integer("SELECT stage FROM lifecycle_now WHERE person = \(person)")
        let loader = FactsLoader(schema: book.schema, permits: permits)
        let facts = try loader.load([person], for: book.needs, from: now.milliseconds, in: db)[person] ?? PersonFacts()
        return book.walk.rules.map { rule in
            Explained(
                stage: rule.stage, isCurrent: rule.id == stage,
                isOpen: rule.from.isEmpty || rule.id == stage || stage.map(rule.from.contains) ?? false,
                explanation: rule.expression?.explain(for: facts, at: now, house: house, schema: book.schema))
        }
    }
}
