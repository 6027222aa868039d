public import RapportCore

/// How long events of a kind are kept, and what becomes of them then. Definitions of kind `retention`, each by a name:
///
///     retention:
///       visits: {kind: page.viewed, keep_days: 400, then: drop}
///       notes: {kind: note.added, source: helpdesk, keep_days: 730, then: reduce}
///       backups: {keep_days: 30}
///       holds: {people: [0190163d-8694-739b-aea5-966c26f8ad90]}
public struct RetentionRule: Sendable, Hashable {
    public enum Then: String, Sendable, CaseIterable {
        /// The events go; an opening balance of the person takes their place in all-time figures.
        case drop
        /// The events stay with their time and declared numbers, and say nothing else.
        case reduce
    }

    /// How long backups are kept.
    public static let backupsName = "backups"
    /// Whose events are kept whatever rules say: a lawsuit, an open account.
    public static let holdsName = "holds"

    public var name: String
    public var kind: String
    /// Only events of this source; `nil`: of all.
    public var source: String?
    /// Only events whose property `topic` says so.
    public var topic: String?
    public var keep: Span
    public var then: Then

    /// Kinds that nothing is taken from: who people are, what they allowed and forbade, and orders, which books are kept of.
    private static let lasting = [
        "person.", "permission.", "objection.", "processing.", "address.", "preference.", "account.", "product.identified",
        "order.", "invoice.", "payment.", "message.bounced", "message.complained", "import.", "definition.", "segment.",
    ]

    /// - Throws: `Problem` `retention.rule` with the path of what is wrong.
    public init(name: String, json: JSONValue) throws {
        func refuse(_ reason: String, _ path: String, _ remedy: String? = nil) -> Problem {
            Problem("retention.rule", reason, at: .init(path: path), remedy: remedy)
        }
        let known = ["kind", "source", "topic", "keep_days", "then"]
        for member in json.object ?? [] where !known.contains(member.name) {
            throw refuse("unknown key \"\(member.name)\"", member.name, "A rule has \(known.joined(separator: ", "))")
        }
        guard let kind = json["kind"]?.string, EventKind.isValid(kind) else {
            throw refuse("a rule names the kind of its events", "kind", "Write kind: page.viewed")
        }
        if let prefix = Self.lasting.first(where: { kind.hasPrefix($0) }) {
            throw refuse(
                "\(kind) stays: without it nobody could tell who somebody is, what they allowed or what they bought", "kind",
                "Kinds that begin with \(prefix) go with the person: rapport erase")
        }
        guard let days = json["keep_days"]?.integer, (1...36_500).contains(days) else {
            throw refuse("keep_days is a number of days, 1 to 36500", "keep_days")
        }
        guard let then = (json["then"]?.string ?? "drop").nonEmpty.flatMap(Then.init) else {
            throw refuse("then is drop or reduce", "then")
        }
        self.name = name
        self.kind = kind
        source = json["source"]?.string
        topic = json["topic"]?.string
        keep = .days(days)
        self.then = then
    }

    /// The rules in force, by name.
    public static func all(in db: Connection) throws -> [RetentionRule] {
        try DefinitionStore(handlers: []).current("retention", in: db)
            .filter { $0.name != backupsName && $0.name != holdsName }
            .map { try RetentionRule(name: $0.name, json: $0.body) }
    }

    /// How long backups are kept, as the house states it; 30 days where it says nothing.
    public static func backups(in db: Connection) throws -> Span {
        let stated = try DefinitionStore(handlers: []).current("retention", in: db).first { $0.name == backupsName }
        return .days(stated?.body["keep_days"]?.integer ?? 30)
    }

    /// The people whose events are held.
    static func holds(in db: Connection) throws -> Set<PersonID> {
        let stated = try DefinitionStore(handlers: []).current("retention", in: db).first { $0.name == holdsName }
        let ids = (stated?.body["people"]?.array ?? []).compactMap { $0.string?.lowercased() }
        let people = try db.all("SELECT id FROM people WHERE public_id IN \(list: ids) ORDER BY id") { $0.integer(0) }
        return Set(try People.current(people, in: db).values.map(\.person))
    }
}

extension String {
    fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}
