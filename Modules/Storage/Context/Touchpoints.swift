public import RapportCore

/// Tells of events when they come, seen from the person's purchases, and who began them.
public struct Touchpoints: Sendable {
    private let declared: [String: TouchpointRule]

    /// Reads what `kinds:` declare.
    public static func read(in db: Connection) throws -> Touchpoints {
        var declared: [String: TouchpointRule] = [:]
        for kind in try DefinitionStore(handlers: []).current("kind", in: db) {
            declared[kind.name] = try TouchpointRule(kind: kind.name, body: kind.body)
        }
        return Touchpoints(declared: declared)
    }

    public func rule(_ kind: String) -> TouchpointRule { declared[kind] ?? .builtIn(kind) }

    /// When people bought, each one's in order.
    public static func purchases(of people: [PersonID], in db: Connection) throws -> [PersonID: [Timestamp]] {
        guard !people.isEmpty, let kind = try db.integer("SELECT id FROM kinds WHERE name = \(TouchpointRule.purchase)") else {
            return [:]
        }
        var found: [PersonID: [Timestamp]] = [:]
        try db.each(
            """
            SELECT person, occurred_at FROM timeline WHERE person IN \(list: people) AND kind = \(kind)
            ORDER BY person, occurred_at, partition, position
            """
        ) { found[$0.integer(0), default: []].append($0.timestamp(1)) }
        return found
    }
}

/// Which touchpoints are asked for.
public struct TouchpointFilter: Sendable, Hashable {
    public var phase: TouchpointPhase?
    public var initiator: TouchpointInitiator?

    public init(phase: TouchpointPhase? = nil, initiator: TouchpointInitiator? = nil) {
        self.phase = phase
        self.initiator = initiator
    }

    public var isEmpty: Bool { phase == nil && initiator == nil }

    func passes(_ entry: TimelinePage.Entry) -> Bool {
        (phase == nil || entry.phase == phase) && (initiator == nil || entry.initiator == initiator)
    }
}
