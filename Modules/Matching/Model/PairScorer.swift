import Foundation

/// Weighs pairs by a model: the sum of what each column says, and how rare the values are that agree.
struct PairScorer: Sendable {
    let model: MatchModel
    let comparer: PairComparer
    /// Weight in bits by column, parent's level and level.
    private let weights: [Float]
    /// The same for two who are related, and what is known of that before comparing.
    private let related: (weights: [Float], prior: Float)?
    private let parents: [Int]
    /// Bits to add to agreement on each value of each column, for its rarity.
    private let rarity: [[Float]]
    /// How much of the rarity counts, by column and parent's level: little where the parent explains the agreement.
    private let rarityShare: [Float]

    init(_ model: MatchModel, _ comparer: PairComparer) {
        self.model = model
        self.comparer = comparer
        var weights: [Float] = []
        var shares: [Float] = []
        var related: [Float] = []
        for column in model.columns.indices {
            let rows = model.columns[column].m.count
            for parent in 0..<Level.count {
                for level in 0..<Level.count {
                    weights.append(Float(model.weight(column, level, parentLevel: rows > 1 ? parent : 0)))
                    related.append(Float(model.relatedWeight(column, level, parentLevel: rows > 1 ? parent : 0)))
                }
                let free = log(model.columns[column].u[0][7])
                let bound = log(model.columns[column].u[rows > 1 ? parent : 0][7])
                shares.append(Float(max(0, min(1, bound / free))))
            }
        }
        self.weights = weights
        self.related = model.relatedPriorWeight.map { (related, Float($0)) }
        rarityShare = shares
        parents = model.columns.map { $0.parent ?? -1 }
        rarity = comparer.columns.map { column in
            var average = 0.0
            for code in column.counts.indices { average += column.frequency(Int32(code)) * column.frequency(Int32(code)) }
            return column.counts.indices.map { Float(log2(average / column.frequency(Int32($0)))) }
        }
    }

    /// Bits for (positive) or against the two being one, the prior included.
    func weight(_ pair: ComparedPair) -> Float {
        var sum = Float(model.priorWeight)
        for column in parents.indices { sum += part(pair, column).sum }
        return sum + relatedPart(pair)
    }

    /// Bits against, for relatives who would agree so too: what speaks for one speaks for them as well, where it is no date of birth.
    func relatedPart(_ pair: ComparedPair) -> Float {
        guard let related else { return 0 }
        var sum = related.prior
        for column in parents.indices {
            let level = PairComparer.level(pair.pattern, column)
            guard level > 0, model.related?.levels[column] != nil else { continue }
            let parent = parents[column] < 0 ? 0 : PairComparer.level(pair.pattern, parents[column])
            sum += related.weights[(column * Level.count + parent) * Level.count + level]
            if level == 7 { sum += part(pair, column).rarity }
        }
        return sum > 40 ? -sum : -log2(1 + exp2(sum))
    }

    /// The same for any two records.
    func weight(_ first: Int, _ second: Int) -> Float {
        weight(ComparedPair(first: Int32(first), second: Int32(second), pattern: comparer.pattern(first, second)))
    }

    /// What one column adds, and how much of it is for the value's rarity.
    @inline(__always)
    func part(_ pair: ComparedPair, _ column: Int) -> (sum: Float, rarity: Float) {
        let level = PairComparer.level(pair.pattern, column)
        guard level > 0 else { return (0, 0) }
        let parent = parents[column] < 0 ? 0 : PairComparer.level(pair.pattern, parents[column])
        let row = column * Level.count + parent
        let weight = weights[row * Level.count + level]
        guard level == 7 else { return (weight, 0) }
        let bits = rarity[column][Int(comparer.columns[column].codes[Int(pair.first)])] * rarityShare[row]
        return (weight + bits, bits)
    }
}
