public import RapportCore
public import RapportStorage

/// Folds standings and contacts made elsewhere from mapped events.
public struct StandingsFold: Fold {
    public let name = "standings"
    let catalog: Catalog

    /// Events that say that another system reached the person. Our own messages are counted as messages.
    static let contactKinds = ["message.sent", "call.held", "meeting.held"]

    public init(catalog: Catalog) { self.catalog = catalog }

    public func apply(_ events: [Event], in step: StepContext) throws {
        let rules = try rules(in: step.db)
        let kinds = try numbers(rules, in: step.db)
        let people = Set(events.filter { kinds[$0.kind] != nil && $0.person != 0 }.map(\.person)).sorted()
        if !people.isEmpty { try refold(people, rules: rules, kinds: kinds, in: step.db) }
    }

    public func refold(_ people: [PersonID], in step: StepContext) throws {
        let rules = try rules(in: step.db)
        try refold(people, rules: rules, kinds: try numbers(rules, in: step.db), in: step.db)
    }

    public func fingerprint(of person: PersonID, in db: Connection) throws -> String {
        let standings = try db.all(
            "SELECT fact, since, until, source FROM standings WHERE person = \(person) ORDER BY fact, since, id"
        ) { "\($0.integer(0)) \($0.integer(1)) \($0.integer(2)) \($0.integer(3))" }
        let contacts = try db.all("SELECT at, channel, topic, class FROM contacts WHERE person = \(person) ORDER BY at, id") {
            "\($0.integer(0)) \($0.integer(1)) \($0.integer(2)) \($0.integer(3))"
        }
        return (standings + ["-"] + contacts).joined(separator: "\n")
    }

    private func rules(in db: Connection) throws -> [StandingRule] {
        try DefinitionStore(handlers: []).current("standing", in: db).map { try StandingRule(fact: $0.name, body: $0.body) }
    }

    private func numbers(_ rules: [StandingRule], in db: Connection) throws -> [Int64: String] {
        let names = Set(rules.flatMap { $0.raisedBy + $0.clearedBy } + Self.contactKinds)
        return Dictionary(try catalog.kinds(names, in: db).map { ($1.id, $0) }) { first, _ in first }
    }

    private func refold(_ people: [PersonID], rules: [StandingRule], kinds: [Int64: String], in db: Connection) throws {
        let events = try db.all(
            """
            SELECT \(raw: Event.columns) FROM timeline
            JOIN events ON events.partition = timeline.partition AND events.position = timeline.position
            WHERE timeline.person IN \(list: people) AND timeline.kind IN \(list: kinds.keys.sorted())
            ORDER BY timeline.person, events.occurred_at, events.received_at, events.partition, events.position
            """, Event.init)
        let facts = try catalog.symbols(Set(rules.map { Text.folded($0.fact) }), in: db)
        var standings: [[SQLValue]] = []
        var contacts: [[SQLValue]] = []
        for (person, events) in Dictionary(grouping: events, by: \.person).sorted(by: { $0.key < $1.key }) {
            for rule in rules {
                standings += try self.standings(rule, fact: facts[Text.folded(rule.fact)] ?? 0, person, events, kinds)
            }
            contacts += try self.contacts(events, kinds, in: db)
        }
        try db.run("DELETE FROM standings WHERE person IN \(list: people)")
        try db.run("DELETE FROM contacts WHERE person IN \(list: people)")
        try db.insert(
            into: "standings", ["person", "fact", "since", "id", "until", "source", "weight"], standings, ignoringConflicts: true)
        try db.insert(
            into: "contacts", ["person", "at", "id", "channel", "topic", "class", "source"], contacts, ignoringConflicts: true)
    }

    private func standings(
        _ rule: StandingRule, fact: Int64, _ person: PersonID, _ events: [Event], _ kinds: [Int64: String]
    ) throws -> [[SQLValue]] {
        struct Open {
            var event: Event
            var reference: String
            var until: Timestamp?
        }
        var open: [Open] = []
        for event in events {
            guard let kind = kinds[event.kind] else { continue }
            let raises = rule.raisedBy.contains(kind)
            guard raises || rule.clearedBy.contains(kind) else { continue }
            let reference = try JSONValue(parsing: event.properties)[rule.reference].map { $0.string ?? $0.text } ?? ""
            if raises {
                let isOpen = open.contains { $0.reference == reference && ($0.until.map { event.occurredAt < $0 } ?? true) }
                if !isOpen {
                    open.append(Open(event: event, reference: reference, until: rule.lasts.map { event.occurredAt + $0 }))
                }
            } else {
                for index in open.indices where reference.isEmpty || open[index].reference == reference {
                    open[index].until = min(open[index].until ?? event.occurredAt, event.occurredAt)
                }
            }
        }
        return open.map { one in
            [
                .integer(person), .integer(fact), .time(one.event.occurredAt), .integer(one.event.ref.number),
                .integer(one.until?.milliseconds ?? 0), .integer(one.event.source), .integer(1),
            ]
        }.sorted { left, right in
            guard case .integer(let a) = left[2], case .integer(let b) = right[2] else { return false }
            return a < b
        }
    }

    private func contacts(_ events: [Event], _ kinds: [Int64: String], in db: Connection) throws -> [[SQLValue]] {
        try events.compactMap { event in
            guard let kind = kinds[event.kind], Self.contactKinds.contains(kind) else { return nil }
            let properties = try JSONValue(parsing: event.properties)
            // A message that we sent names itself, and stands among the messages.
            guard properties["message"] == nil else { return nil }
            let channel = Text.folded(properties["channel"]?.string ?? (kind == "call.held" ? "phone" : kind))
            let topic = properties["topic"]?.string.map(Text.folded)
            let numbers = try catalog.symbols(Set([channel, topic].compactMap { $0 }), in: db)
            let topicClass = properties["class"]?.string.flatMap { TopicClass(name: $0) } ?? .marketing
            return [
                .integer(event.person), .time(event.occurredAt), .integer(event.ref.number), .integer(numbers[channel] ?? 0),
                .integer(topic.flatMap { numbers[$0] } ?? 0), .integer(Int64(topicClass.rawValue)), .integer(event.source),
            ]
        }
    }
}
