public import RapportCore
public import RapportStorage

/// Folds `question.asked`, `question.answered` and `question.declined` into what each person has been asked.
public struct QuestionsFold: Fold {
    public let name = "questions"

    public init() {}

    public func apply(_ events: [Event], in step: StepContext) throws {
        let kinds = try step.kinds()
        let numbers = Set(kinds.filter { $0.key == "person.erased" || QuestionHistory.Act(rawValue: $0.key) != nil }.values)
        let people = Set(events.filter { $0.person != 0 && numbers.contains($0.kind) }.map(\.person))
        if !people.isEmpty { try refold(people.sorted(), in: step) }
    }

    public func refold(_ people: [PersonID], in step: StepContext) throws {
        let db = step.db
        try db.run("DELETE FROM questions WHERE person IN \(list: people)")
        let kinds = try Self.kinds(step)
        guard !kinds.isEmpty else { return }
        let erased = try step.catalog.existingKind("person.erased", in: db)?.id
        let events = try db.all(
            """
            SELECT \(raw: Event.columns) FROM timeline
            JOIN events ON events.partition = timeline.partition AND events.position = timeline.position
            WHERE timeline.person IN \(list: people) AND timeline.kind IN \(list: kinds.keys.sorted() + [erased ?? -1])
            ORDER BY timeline.person, events.occurred_at, events.received_at, events.partition, events.position
            """, Event.init)
        var histories: [PersonID: QuestionHistory] = [:]
        let gone = Set(events.filter { $0.kind == erased }.map(\.person))
        for event in events where !gone.contains(event.person) {
            guard let act = kinds[event.kind] else { continue }
            histories[event.person, default: QuestionHistory()].take(act, try JSONValue(parsing: event.properties), event)
        }
        let rows = histories.sorted { $0.key < $1.key }.flatMap { person, history in
            history.entries.sorted { $0.key < $1.key }.map { (person, $0.key, $0.value) }
        }
        try db.insert(
            into: "questions", ["person", "subject", "asked_at", "answered_at", "declined_at", "contact"], rows
        ) { row, entry in
            row.integer(entry.0)
            row.text(entry.1)
            for moment in [entry.2.askedAt, entry.2.answeredAt, entry.2.declinedAt] { row.integer(moment?.milliseconds ?? 0) }
            row.text(entry.2.contact)
        }
    }

    public func fingerprint(of person: PersonID, in db: Connection) throws -> String {
        try db.all(
            """
            SELECT subject, asked_at, answered_at, declined_at, contact FROM questions WHERE person = \(person) ORDER BY subject
            """
        ) { "\($0.text(0)) \($0.integer(1)) \($0.integer(2)) \($0.integer(3)) \($0.text(4))" }.joined(separator: ", ")
    }

    /// Those of the three kinds that have a number.
    private static func kinds(_ step: StepContext) throws -> [Int64: QuestionHistory.Act] {
        let names = Set(QuestionHistory.Act.allCases.map(\.rawValue))
        var kinds: [Int64: QuestionHistory.Act] = [:]
        for (name, kind) in try step.catalog.existingKinds(names, in: step.db) {
            kinds[kind.id] = QuestionHistory.Act(rawValue: name)
        }
        return kinds
    }
}

extension QuestionHistory {
    mutating func take(_ act: Act, _ properties: JSONValue, _ event: Event) {
        guard let subject = properties["field"]?.string else { return }
        take(act, subject, contact: properties["contact"]?.string ?? "", at: event.occurredAt)
    }

    /// What a person has been asked up to now: also what no step has folded yet, so that nobody is asked twice in a moment.
    static func read(_ person: PersonID, partition: Int, catalog: Catalog, in db: Connection) throws -> QuestionHistory {
        var history = QuestionHistory()
        func moment(_ milliseconds: Int64) -> Timestamp? { milliseconds == 0 ? nil : Timestamp(milliseconds: milliseconds) }
        try db.each(
            "SELECT subject, asked_at, answered_at, declined_at, contact FROM questions WHERE person = \(person)"
        ) { row in
            history.entries[row.text(0)] = Entry(
                askedAt: moment(row.integer(1)), answeredAt: moment(row.integer(2)), declinedAt: moment(row.integer(3)),
                contact: row.text(4))
        }
        let waiting = try db.all(
            """
            SELECT \(raw: Event.columns) FROM events
            WHERE partition = \(partition) AND person = \(person)
                AND position > (SELECT position FROM cursors WHERE partition = \(partition))
            ORDER BY position LIMIT 500
            """, Event.init)
        for event in waiting {
            guard let act = Act(rawValue: try catalog.kind(event.kind, in: db).name) else { continue }
            history.take(act, try JSONValue(parsing: event.properties), event)
        }
        return history
    }
}
