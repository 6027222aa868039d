public import RapportCore
public import RapportStorage

/// Answers "why did, or didn't, this person hear from us?" from receipts, for people merged, unmerged and erased too.
public struct Explainer: Sendable {
    /// How a person is called in a sentence; `nil` where nobody knows a name.
    public typealias Naming = @Sendable (PersonID, Connection) throws -> String?

    let book: PolicyBook
    let store: DecisionStore
    let texts: Texts
    let naming: Naming

    public init(book: PolicyBook, store: DecisionStore, texts: Texts, naming: @escaping Naming = { _, _ in nil }) {
        self.book = book
        self.store = store
        self.texts = texts
        self.naming = naming
    }

    /// What was decided about a person, the latest act first: also under records that were merged into this one.
    public func explain(person: PersonID, limit: Int = 20, in db: Connection) throws -> [Explanation] {
        var out: [Explanation] = []
        if let state = try state(of: person, in: db) { out.append(state) }
        let origins = try origins(of: person, in: db)
        let keys = try db.all(
            """
            SELECT person, act FROM (
                SELECT person, act FROM receipts WHERE person IN \(list: origins)
                UNION ALL SELECT person, act FROM drops WHERE person IN \(list: origins)
            ) decided ORDER BY act DESC, person LIMIT \(limit)
            """
        ) { MessageKey(person: $0.integer(0), act: $0.integer(1)) }
        for key in keys { out += try explain(message: key, askedFor: person, in: db) }
        if out.isEmpty { out.append(Explanation(sentence: texts("why.nothing", ["person": try name(person, in: db)]))) }
        return out
    }

    /// Why one message went, waits, or was never made.
    public func explain(message key: MessageKey, askedFor: PersonID? = nil, in db: Connection) throws -> [Explanation] {
        let receipts = try store.receipts(person: key.person, act: key.act, in: db)
        let act = try db.text("SELECT kind FROM acts WHERE id = \(key.act)").map { "\($0) \(key.act)" } ?? String(key.act)
        guard let last = receipts.last else {
            return [Explanation(sentence: texts("why.no_message", ["person": try name(key.person, in: db), "act": act]))]
        }
        let message = try db.first(
            "SELECT state, at, reason FROM messages WHERE person = \(key.person) AND act = \(key.act)"
        ) { (state: MessageState(rawValue: $0.integer(0)), at: $0.timestamp(1), reason: DeliveryReason(rawValue: $0.integer(2))) }
        let words = try words(last, in: db)
        let person = try name(key.person, in: db)
        var (outcome, sentence) = try said(
            words, person: person, message: message.map { ($0.state ?? .queued, $0.at, $0.reason) }, receipts, in: db)
        var details = words.details(act: act)
        if let askedFor, askedFor != key.person {
            details.append(texts("why.from_merged", ["other": try publicID(key.person, in: db)]))
        }
        // Each earlier decision of the same receipt, as it was said then.
        for earlier in receipts.dropLast().reversed() {
            let words = try self.words(earlier, in: db)
            details.append(try said(words, person: person, message: nil, [earlier], in: db).sentence)
        }
        if sentence.isEmpty { (outcome, sentence) = ("none", texts("why.nothing", ["person": person])) }
        return [Explanation(sentence: sentence, details: details, facts: words.facts(outcome: outcome))]
    }

    private func said(
        _ words: ReceiptWords, person: String, message: (state: MessageState, at: Timestamp, reason: DeliveryReason?)?,
        _ receipts: [Receipt], in db: Connection
    ) throws -> (outcome: String, sentence: String) {
        var values = ["person": person]
        switch words.decision.verdict {
        case .drop(let reason):
            values["date"] = words.day(words.start)
            values["clause"] = words.clause(reason)
            return ("dropped", texts("why.dropped", values))
        case .wait(let until, let reason, let channel):
            // A message that was put off and has gone since passed the gate later, which adds no line of its own.
            if let message, [.sent, .failed, .inDoubt, .handingOver].contains(message.state) {
                return ended(words, message, channel: channel, values)
            }
            values["date"] = words.day(words.input.wall)
            values["clause"] = words.clause(reason)
            values["channel"] = words.names.symbol(channel)
            values["until"] = words.moment(until)
            return ("waiting", texts("why.waiting", values))
        case .send(let channel, let at):
            if let message { return ended(words, message, channel: channel, values) }
            values.merge(
                ["channel": words.names.symbol(channel), "date": words.day(at), "ground": words.ground]
            ) { $1 }
            return ("planned", texts("why.planned", values))
        }
    }

    private func ended(
        _ words: ReceiptWords, _ message: (state: MessageState, at: Timestamp, reason: DeliveryReason?), channel: ChannelID,
        _ given: [String: String]
    ) -> (outcome: String, sentence: String) {
        var values = given
        values["channel"] = words.names.symbol(channel)
        values["date"] = words.day(message.at)
        values["ground"] = words.ground
        values["failure"] = message.reason?.name ?? ""
        switch message.state {
        case .sent: return ("sent", texts("why.sent", values))
        case .inDoubt: return ("in_doubt", texts("why.in_doubt", values))
        case .failed, .dropped: return ("failed", texts("why.failed", values))
        case .queued, .held, .claimed, .handingOver: return ("planned", texts("why.planned", values))
        }
    }

    private func words(_ receipt: Receipt, in db: Connection) throws -> ReceiptWords {
        let policy =
            receipt.shape.policy == 0 ? DecisionPolicy() : try book.version(receipt.shape.policy, in: db).decision
        return try ReceiptWords(receipt, policy: policy, texts: texts, names: ReceiptNames(catalog: book.catalog, db: db))
    }

    // MARK: - People

    private func name(_ person: PersonID, in db: Connection) throws -> String {
        try naming(person, db) ?? texts("why.someone")
    }

    private func publicID(_ person: PersonID, in db: Connection) throws -> String {
        try db.text("SELECT public_id FROM people WHERE id = \(person)") ?? String(person)
    }

    /// What has to be said first about somebody erased, or merged into another.
    private func state(of person: PersonID, in db: Connection) throws -> Explanation? {
        switch try db.integer("SELECT state FROM people WHERE id = \(person)") {
        case 2: return Explanation(sentence: texts("why.erased"), facts: ["state": "erased"])
        case 1:
            guard
                let merge = try db.first(
                    """
                    SELECT survivor, merged_at FROM merges WHERE loser = \(person) AND undone_at IS NULL ORDER BY id DESC LIMIT 1
                    """, { (survivor: $0.integer(0), at: $0.timestamp(1)) })
            else { return nil }
            let survivor = try publicID(merge.survivor, in: db)
            let date = merge.at.rfc3339.prefix(10)
            return Explanation(
                sentence: texts("why.merged", ["survivor": survivor, "date": String(date)]),
                facts: ["state": "merged", "survivor": .string(survivor)])
        default: return nil
        }
    }

    /// The person and every record merged into it: decisions stay with whom they were made for.
    private func origins(of person: PersonID, in db: Connection) throws -> [PersonID] {
        var out = [person]
        var survivors = [person]
        while !survivors.isEmpty {
            let losers = try db.all(
                "SELECT loser FROM merges WHERE survivor IN \(list: survivors) AND undone_at IS NULL ORDER BY id"
            ) { $0.integer(0) }
            survivors = losers.filter { !out.contains($0) }
            out += survivors
        }
        return out
    }
}
