import Foundation

/// Weighs pairs by a model: the sum of what each column says, and how rare the values are that agree.
struct PairScorer: Sendable {
    let model: MatchModel
    let comparer: PairComparer
    private let weights: WeightTable
    /// Bits to add to agreement on each value of each column, for its rarity.
    private let rarity: [[Float]]

    init(_ model: MatchModel, _ comparer: PairComparer) {
        self.model = model
        self.comparer = comparer
        weights = WeightTable(model)
        rarity = comparer.columns.map { column in
            var average = 0.0
            for code in column.counts.indices { average += column.frequency(Int32(code)) * column.frequency(Int32(code)) }
            return column.counts.indices.map { Float(log2(average / column.frequency(Int32($0)))) }
        }
    }

    /// Bits for (positive) or against the two being one, the prior included.
    func weight(_ pair: ComparedPair) -> Float {
        var sum = Float(model.priorWeight)
        for column in weights.columns { sum += part(pair, column).sum }
        return sum + relatedPart(pair)
    }

    /// Bits against, for relatives who would agree so too: what speaks for one speaks for them as well, where it is no date of birth.
    func relatedPart(_ pair: ComparedPair) -> Float { weights.relatedPart(pair.pattern) { rarity(pair, $0) } }

    /// The same for any two records.
    func weight(_ first: Int, _ second: Int) -> Float {
        weight(ComparedPair(first: Int32(first), second: Int32(second), pattern: comparer.pattern(first, second)))
    }

    /// What one column adds, and how much of it is for the value's rarity.
    @inline(__always)
    func part(_ pair: ComparedPair, _ column: Int) -> (sum: Float, rarity: Float) {
        guard PairComparer.level(pair.pattern, column) == 7 else { return weights.part(pair.pattern, column, rarity: 0) }
        return weights.part(pair.pattern, column, rarity: rarity(pair, column))
    }

    @inline(__always)
    private func rarity(_ pair: ComparedPair, _ column: Int) -> Float {
        rarity[column][Int(comparer.columns[column].codes[Int(pair.first)])]
    }
}
