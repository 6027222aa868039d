import RapportCore
import RapportStorage

/// Which kinds of events and which fields people are described by, and the moments at which they are looked at.
struct SnapshotPlan: Sendable {
    struct Described: Sendable {
        let id: Int64
        let name: String
        /// The slots of an amount and of its currency, and the number of the commonest one: amounts of others do not count.
        let amount: (slot: Int, currencySlot: Int?, currency: Int64?, code: String)?
    }

    /// The commonest kinds, and those that the question names.
    let kinds: [Described]
    let places: [Int64: Int]
    let outcome: Int
    let having: Int?
    /// What a person says of themselves, or others of them, and is told apart by few values; never what is sensitive or says
    /// who somebody is.
    let fields: [FieldDefinition]
    let identified: Int64?
    /// In milliseconds, the earliest first; the last but one is what the answers are tried on, the last is now.
    let moments: [Int64]
    let within: Int64

    /// Kinds by which people are described at most.
    private static let limit = 12
    /// What Rapport itself concludes is no news about a person.
    private static let derived = ["person.", "segment.", "lifecycle.", "import.", "definition.", "question."]

    /// - Throws: `Problem` where nothing of the kind has happened, or too little time has passed.
    init(_ question: HouseQuestion, asOf now: Timestamp, _ catalog: Catalog, in db: Connection) throws {
        let people = try Dictionary(
            db.all("SELECT kind, COUNT(*), MIN(first_at) FROM totals WHERE person > 0 GROUP BY kind ORDER BY kind") {
                ($0.integer(0), (count: $0.integer(1), first: $0.integer(2)))
            }
        ) { first, _ in first }
        let named = Set([question.outcome, question.having].compactMap { $0 })
        let known = try catalog.existingKinds(named, in: db)
        for name in named.sorted() where known[name].map({ people[$0.id] == nil }) ?? true {
            throw Problem(
                "predict.never_happened", "nobody has an event \(name) yet",
                at: Problem.Place(path: name == question.outcome ? "--outcome" : "--having"))
        }
        var described: [Kind] = named.sorted().compactMap { known[$0] }
        for (kind, _) in people.sorted(by: { ($0.value.count, $1.key) > ($1.value.count, $0.key) }) {
            if described.count >= Self.limit { break }
            let kind = try catalog.kind(kind, in: db)
            if named.contains(kind.name) || Self.derived.contains(where: { kind.name.hasPrefix($0) }) { continue }
            described.append(kind)
        }
        kinds = try described.map { try Self.described($0, catalog, in: db) }
        places = Dictionary(uniqueKeysWithValues: described.enumerated().map { ($1.id, $0) })
        outcome = described.firstIndex { $0.name == question.outcome } ?? 0
        having = question.having.flatMap { name in described.firstIndex { $0.name == name } }
        fields = try FieldStore.read(in: db).fields.map(\.definition).filter(Self.describes)
        identified = try catalog.existingKind("person.identified", in: db)?.id
        let within = Span.days(Int64(question.within)).milliseconds
        self.within = within
        let first = described.compactMap { people[$0.id]?.first }.min() ?? now.milliseconds
        // A person is looked at after half a window at the least.
        let begin = first + within / 2
        let earlier = (1...question.snapshots + 1).map { now.milliseconds - Int64($0) * within }.filter { $0 >= begin }
        guard earlier.count >= 2 else {
            let days = max(0, (now.milliseconds - first) / 86_400_000)
            throw Problem(
                "predict.short_history",
                "the events go back \(days) days: too few to learn what happens within \(question.within) days and to try it",
                at: Problem.Place(path: "--within"), remedy: "Ask about at most \(max(1, days * 2 / 5)) days.")
        }
        moments = earlier.reversed() + [now.milliseconds]
    }

    private static func describes(_ field: FieldDefinition) -> Bool {
        if field.identifying || field.sensitive || field.name == "household" { return false }
        return switch field.type {
        case .text, .choice, .flag, .integer, .decimal, .money: true
        case .date, .time: false
        }
    }

    private static func described(_ kind: Kind, _ catalog: Catalog, in db: Connection) throws -> Described {
        let slots = kind.definition.slots
        let found = slots.firstIndex { if case .money = $0.type { true } else { false } }
        guard let slot = found, case .money(let property) = slots[slot].type else {
            return Described(id: kind.id, name: kind.name, amount: nil)
        }
        guard let currencySlot = slots.firstIndex(where: { $0.name == property }) else {
            return Described(id: kind.id, name: kind.name, amount: (slot, nil, nil, ""))
        }
        // Of a sample: the commonest of it is common among all.
        var counts: [Int64: Int] = [:]
        try db.each(
            """
            SELECT n\(raw: String(currencySlot + 1)) FROM timeline WHERE kind = \(kind.id)
            ORDER BY person, kind, occurred_at, partition, position LIMIT 20000
            """
        ) { row in if let symbol = row.integerOrNil(0) { counts[symbol, default: 0] += 1 } }
        let common = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
        let code = try common.map { try catalog.symbol($0, in: db).uppercased() } ?? ""
        return Described(id: kind.id, name: kind.name, amount: (slot, currencySlot, common, code))
    }

    /// The columns of a person at a moment, in order.
    func columns(within days: Int) -> [Column] {
        var columns = [Column("days_known"), Column("days_since_anything")]
        for kind in kinds {
            for span in [days, days * 4] {
                columns.append(Column("\(kind.name)_\(span)d", "within", ["kind": kind.name, "days": "\(span)"]))
            }
            columns.append(Column("\(kind.name)_ever", "ever", ["kind": kind.name]))
            columns.append(Column("days_since_\(kind.name)", "days_since", ["kind": kind.name]))
            guard let amount = kind.amount else { continue }
            let values = ["kind": kind.name, "unit": amount.code, "days": "\(days * 4)"]
            let key = amount.code.isEmpty ? "amount" : "money"
            columns.append(Column("amount_of_\(kind.name)_\(days * 4)d", "\(key)_within", values))
            columns.append(Column("amount_of_each_\(kind.name)", "\(key)_each", values))
        }
        let outcome = ["kind": kinds[outcome].name]
        return columns + [
            Column("usual_gap_of_\(kinds[self.outcome].name)", "usual_gap", outcome),
            Column("gaps_since_\(kinds[self.outcome].name)", "gaps_since", outcome),
        ]
    }

    /// What a column of a person at a moment is called: its name, and what people read.
    struct Column: Sendable {
        let name: String
        let title: Remark

        init(_ name: String, _ title: String? = nil, _ values: [String: String] = [:]) {
            self.name = name
            self.title = Remark("cli.predict.title.\(title ?? name)", values)
        }
    }
}
