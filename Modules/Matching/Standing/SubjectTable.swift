/// Some subjects, ready to be compared by a standing model.
struct SubjectTable {
    /// The columns that people fill the wrong way round.
    static let exchanged = (first: "first_name", second: "last_name")

    /// How alike two subjects are: each column by the two values that are most alike.
    struct Compared {
        var levels: [Level]
        /// Bits for the rarity of what agrees.
        var rarity: [Float]
        /// The values that were compared.
        var shown: [(String?, String?)]
        var isExchanged = false

        /// Four bits a column.
        var pattern: UInt64 {
            levels.indices.reduce(0) { $0 | UInt64(levels[$1].rawValue) << UInt64(4 * $1) }
        }
    }

    private(set) var columns: [Column] = []
    /// Codes of each subject's values, by column.
    private var codes: [[[Int32]]] = []
    private let rarities: [(common: [UInt64: Float], rest: Float)]
    private let exchange: (first: Int, second: Int)?

    init(_ subjects: [MatchSubject], _ matcher: StandingMatcher) {
        rarities = matcher.rarities
        var folder = TextFolder()
        for (index, described) in matcher.model.columns.enumerated() {
            let column = Column(name: described.name, kind: described.kind, isWordy: described.isWordy, dayFirst: false)
            var all: [[Int32]] = []
            all.reserveCapacity(subjects.count)
            for subject in subjects {
                var own: [Int32] = []
                for value in subject.values[described.name] ?? [] {
                    folder.fold(value)
                    let code = folder.units.isEmpty ? -1 : column.intern(folder.units)
                    if code >= 0, !own.contains(code) { own.append(code) }
                }
                all.append(own)
            }
            if let known = matcher.wordWeights[index] {
                column.weighWords { known.common[TextPool.hash($0)] ?? known.rest }
            }
            columns.append(column)
            codes.append(all)
        }
        let first = columns.firstIndex { $0.name == Self.exchanged.first && !$0.isWordy }
        let second = columns.firstIndex { $0.name == Self.exchanged.second && !$0.isWordy }
        exchange = first.flatMap { first in second.map { (first, $0) } }
    }

    func compare(_ first: Int, _ second: Int) -> Compared {
        var compared = Compared(levels: [], rarity: [], shown: [])
        for column in columns.indices {
            let best = best(column, first, second)
            compared.levels.append(best.level)
            compared.rarity.append(best.rarity)
            compared.shown.append((text(column, best.first), text(column, best.second)))
        }
        if let exchange, isExchanged(exchange, first, second, compared) {
            compared.levels[exchange.first] = .swapped
            compared.levels[exchange.second] = .missing
            compared.isExchanged = true
        }
        return compared
    }

    /// The two values that are most alike; of those that are the same, the rarest.
    private func best(_ column: Int, _ first: Int, _ second: Int) -> (level: Level, first: Int32, second: Int32, rarity: Float) {
        let (ones, others) = (codes[column][first], codes[column][second])
        var best: (level: Level, first: Int32, second: Int32, rarity: Float) = (.missing, ones.first ?? -1, others.first ?? -1, 0)
        for one in ones {
            for other in others {
                let level = columns[column].level(one, other)
                let rarity = level == .same ? rarity(column, one) : 0
                if (level.rawValue, rarity) > (best.level.rawValue, best.rarity) { best = (level, one, other, rarity) }
            }
        }
        return best
    }

    private func rarity(_ column: Int, _ code: Int32) -> Float {
        rarities[column].common[columns[column].pool.with(code, TextPool.hash)] ?? rarities[column].rest
    }

    private func text(_ column: Int, _ code: Int32) -> String? { code < 0 ? nil : columns[column].pool.string(code) }

    private func isExchanged(_ exchange: (first: Int, second: Int), _ first: Int, _ second: Int, _ compared: Compared) -> Bool {
        guard compared.levels[exchange.first] != .same, compared.levels[exchange.second] != .same else { return false }
        func has(_ column: Int, _ subject: Int, _ other: Int, _ otherSubject: Int) -> Bool {
            codes[column][subject].contains { code in
                let text = columns[column].pool.string(code)
                return codes[other][otherSubject].contains { columns[other].pool.string($0) == text }
            }
        }
        return has(exchange.first, first, exchange.second, second) && has(exchange.second, first, exchange.first, second)
    }
}
