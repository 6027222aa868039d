import Foundation

/// A model's weights, laid out to be looked up.
struct WeightTable: Sendable {
    /// Weight in bits by column, parent's level and level.
    private let weights: [Float]
    /// The same for two who are related, and what is known of that before comparing.
    private let related: (weights: [Float], prior: Float)?
    /// Columns that relatives share more often than chance explains.
    private let isRelated: [Bool]
    private let parents: [Int]
    /// How much of the rarity counts, by column and parent's level: little where the parent explains the agreement.
    private let rarityShare: [Float]

    init(_ model: MatchModel) {
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
        isRelated = model.columns.indices.map { model.related?.levels[$0] != nil }
        rarityShare = shares
        parents = model.columns.map { $0.parent ?? -1 }
    }

    var columns: Range<Int> { parents.indices }

    /// What one column adds, and how much of it is for the value's rarity.
    @inline(__always)
    func part(_ pattern: UInt64, _ column: Int, rarity: Float) -> (sum: Float, rarity: Float) {
        let level = PairComparer.level(pattern, column)
        guard level > 0 else { return (0, 0) }
        let parent = parents[column] < 0 ? 0 : PairComparer.level(pattern, parents[column])
        let row = column * Level.count + parent
        let weight = weights[row * Level.count + level]
        guard level == 7 else { return (weight, 0) }
        let bits = rarity * rarityShare[row]
        return (weight + bits, bits)
    }

    /// Bits against, for relatives who would agree so too: what speaks for one speaks for them as well, where it is no date of birth.
    @inline(__always)
    func relatedPart(_ pattern: UInt64, rarity: (Int) -> Float) -> Float {
        guard let related else { return 0 }
        var sum = related.prior
        for column in parents.indices {
            let level = PairComparer.level(pattern, column)
            guard level > 0, isRelated[column] else { continue }
            let parent = parents[column] < 0 ? 0 : PairComparer.level(pattern, parents[column])
            sum += related.weights[(column * Level.count + parent) * Level.count + level]
            if level == 7 { sum += part(pattern, column, rarity: rarity(column)).rarity }
        }
        return sum > 40 ? -sum : -log2(1 + exp2(sum))
    }
}
