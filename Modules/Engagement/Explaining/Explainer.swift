public import RapportCore
public import RapportStorage

/// Answers "why did, or didn't, this person hear from us?" from receipts, for people merged, unmerged and erased too.
public struct Explainer: Sendable {
    /// How a person is called in a sentence; `nil` where nobody knows a name.
    public typealias Naming = @Sendable (PersonID, Connection) throws -> String?

    let book: PolicyBook
    let store: DecisionStore
    let texts: Texts
    /// Judges whom segments leave out; `nil`: nothing is said of that.
    let segments: SegmentQuestions?
    let naming: Naming

    public init(
        book: PolicyBook, store: DecisionStore, texts: Texts, segments: SegmentQuestions? = nil,
        naming: @escaping Naming = { _, _ in nil }
    ) {
        self.book = book
        self.store = store
        self.texts = texts
        self.segments = segments
        self.naming = naming
    }

    /// What was decided about a person, the latest act first: also under records that were merged into this one, and under the
    /// one that this record was part of for a while.
    public func explain(person: PersonID, limit: Int = 20, in db: Connection) throws -> [Explanation] {
        let states = try states(of: person, in: db)
        let origins = try origins(of: person, in: db)
        var keys = try decided(about: origins, limit: limit, in: db).map { (key: $0, note: note(on: $0, askedFor: person)) }
        for window in try windows(of: person, in: db) {
            let then = try decided(about: [window.person], limit: limit, in: db).filter { key in
                guard !keys.contains(where: { $0.key == key }) else { return false }
                return try firstDecision(on: key, in: db).map { window.from <= $0 && $0 < window.until } ?? false
            }
            keys += then.map { ($0, "why.while_merged") }
        }
        var out: [Explanation] = []
        for (key, note) in keys.sorted(by: { ($1.key.act, $0.key.person) < ($0.key.act, $1.key.person) }).prefix(limit) {
            out += try explain(message: key, note: note, in: db)
        }
        out += try leftOut(person, origins: origins, limit: limit, in: db)
        if out.isEmpty, try isItself(person, in: db) {
            out.append(Explanation(sentence: texts("why.nothing", ["person": try name(person, in: db)])))
        }
        return states + out
    }

    /// Why one message went, waits, or was never made.
    public func explain(message key: MessageKey, in db: Connection) throws -> [Explanation] {
        try explain(message: key, note: nil, in: db)
    }

    private func note(on key: MessageKey, askedFor: PersonID) -> String? {
        key.person == askedFor ? nil : "why.from_merged"
    }

    private func explain(message key: MessageKey, note: String?, in db: Connection) throws -> [Explanation] {
        let receipts = try store.receipts(person: key.person, act: key.act, in: db)
        let act = try db.first("SELECT kind, name, state FROM acts WHERE id = \(key.act)") { row in
            MessageStory.Made(
                title: "\(row.text(0)) \(row.text(1).isEmpty ? String(key.act) : row.text(1))",
                state: Act.State(rawValue: row.integer(2)) ?? .done)
        }
        let made = act ?? .init(title: String(key.act), state: .done)
        let person = try name(key.person, in: db)
        guard let last = receipts.last else {
            return [Explanation(sentence: texts("why.no_message", ["person": person, "act": made.title]))]
        }
        let message = try db.first(
            "SELECT state, at, reason FROM messages WHERE person = \(key.person) AND act = \(key.act)"
        ) { row in
            MessageStory.Message(
                state: MessageState(rawValue: row.integer(0)) ?? .queued, at: row.timestamp(1),
                reason: DeliveryReason(rawValue: row.integer(2)) ?? .none)
        }
        let words = try words(last, in: db)
        let now = try db.now()
        let told = MessageStory(texts: texts, person: person, act: made, message: message, now: now).told(words)
        var details = words.details(act: made.title)
        if let note { details.append(texts(note, ["other": try publicID(key.person, in: db)])) }
        // Each earlier decision of the same receipt, as it was said then.
        for earlier in receipts.dropLast().reversed() {
            let words = try self.words(earlier, in: db)
            details.append(MessageStory(texts: texts, person: person, act: made, message: nil, now: now).told(words).sentence)
        }
        return [Explanation(sentence: told.sentence, details: details, facts: words.facts(outcome: told.outcome))]
    }

    private func decided(about people: [PersonID], limit: Int, in db: Connection) throws -> [MessageKey] {
        try db.all(
            """
            SELECT person, act FROM (
                SELECT person, act FROM receipts WHERE person IN \(list: people)
                UNION ALL SELECT person, act FROM drops WHERE person IN \(list: people)
            ) decided ORDER BY act DESC, person LIMIT \(limit)
            """
        ) { MessageKey(person: $0.integer(0), act: $0.integer(1)) }
    }

    private func firstDecision(on key: MessageKey, in db: Connection) throws -> Timestamp? {
        guard let first = try store.receipts(person: key.person, act: key.act, in: db).first else { return nil }
        return try words(first, in: db).input.wall
    }

    private func words(_ receipt: Receipt, in db: Connection) throws -> ReceiptWords {
        let policy =
            receipt.shape.policy == 0 ? DecisionPolicy() : try book.version(receipt.shape.policy, in: db).decision
        return try ReceiptWords(receipt, policy: policy, texts: texts, names: ReceiptNames(catalog: book.catalog, db: db))
    }
}
