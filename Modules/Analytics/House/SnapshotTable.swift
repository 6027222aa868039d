import RapportCore

/// People at moments, a row each: what was known of them by then, and what happened afterwards where that is known.
struct SnapshotTable: Sendable {
    private(set) var people: [PersonID] = []
    private(set) var moments: [Double] = []
    private(set) var answers: [Bool] = []
    /// By column, then by row.
    private var numbers: [[Double]] = []
    private var texts: [[String?]] = []

    var count: Int { people.count }

    mutating func add(_ person: PersonID, _ history: borrowing PersonHistory, at moment: Int64, answer: Bool) {
        let features = history.features(at: moment)
        let said = history.texts(at: moment)
        if numbers.isEmpty { numbers = .init(repeating: [], count: features.count) }
        if texts.isEmpty { texts = .init(repeating: [], count: said.count) }
        people.append(person)
        moments.append(Double(moment) / 86_400_000)
        answers.append(answer)
        for (column, number) in features.enumerated() { numbers[column].append(number) }
        for (column, text) in said.enumerated() { texts[column].append(text) }
    }

    mutating func append(_ other: SnapshotTable) {
        guard other.count > 0 else { return }
        guard count > 0 else {
            self = other
            return
        }
        people += other.people
        moments += other.moments
        answers += other.answers
        for column in numbers.indices { numbers[column] += other.numbers[column] }
        for column in texts.indices { texts[column] += other.texts[column] }
    }

    /// The share of rows that say something of each text column, of the rows of a moment.
    func coverage(at moment: Double) -> [Double] {
        let rows = moments.indices.filter { moments[$0] == moment }
        return texts.map { own in Double(rows.count { own[$0] != nil }) / Double(max(1, rows.count)) }
    }

    /// The columns to learn from.
    ///
    /// - Parameter covered: whether each field is known as often in the past as it is now: one that came with an import last week
    ///   says nothing of those months, but that it was not known then.
    func columns(_ plan: [SnapshotPlan.Column], _ fields: [FieldDefinition], covered: [Bool]) -> [PredictionColumn] {
        let behaviour = zip(plan, numbers).map { column, own -> PredictionColumn in
            let filled = own.filter { !$0.isNaN }
            func ignored(_ why: String) -> PredictionColumn {
                PredictionColumn(column.name, .ignored, .none, note: Remark("cli.predict.column.\(why)"), title: column.title)
            }
            if filled.isEmpty { return ignored("empty") }
            let isSame = filled.count == own.count && filled.min() == filled.max()
            return isSame ? ignored("same") : PredictionColumn(column.name, .number, .numbers(own), title: column.title)
        }
        let told = zip(zip(fields, covered), texts).map { field, own -> PredictionColumn in
            guard field.1 else {
                return PredictionColumn(field.0.name, .ignored, .none, note: Remark("cli.predict.column.only_now"))
            }
            var builder = PredictionColumn.Builder()
            for text in own {
                var text = text ?? ""
                text.withUTF8 { builder.take($0) }
            }
            return builder.column(field.0.name)
        }
        return behaviour + told
    }

    /// The same columns of these rows, in the levels that were learnt.
    func columns(like learnt: [PredictionColumn], _ plan: [SnapshotPlan.Column], _ fields: [FieldDefinition])
        -> [PredictionColumn]
    {
        let behaviour = Dictionary(uniqueKeysWithValues: plan.enumerated().map { ($1.name, $0) })
        let told = Dictionary(uniqueKeysWithValues: fields.enumerated().map { ($1.name, $0) })
        return learnt.map { column in
            if let place = behaviour[column.name] {
                return PredictionColumn(column.name, column.kind, .numbers(numbers[place]), title: column.title)
            }
            let own = told[column.name].map { texts[$0] } ?? .init(repeating: nil, count: count)
            switch column.values {
            case .levels:
                let codes = Dictionary(uniqueKeysWithValues: column.levels.enumerated().map { ($1, Int32($0)) })
                // A value that was never seen says as much as none.
                return PredictionColumn(
                    column.name, column.kind, .levels(own.map { $0.flatMap { codes[$0] } ?? -1 }), levels: column.levels)
            case .numbers, .none:
                return PredictionColumn(column.name, column.kind, .numbers(own.map { $0.flatMap(Double.init) ?? .nan }))
            }
        }
    }
}
