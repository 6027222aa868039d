/// The loss on rows that were not learnt from, as a model becomes richer: after each tree, or with each weaker penalty.
struct LossCurve: Sendable {
    /// Sums over the rows, the simplest model first.
    private(set) var losses: [Double] = []

    mutating func append(_ loss: Double) { losses.append(loss) }

    /// Whether the last is clearly worse than the one before.
    var isRising: Bool { losses.count > 2 && losses[losses.count - 1] > losses[losses.count - 2] * 1.02 }

    /// Where several are lowest together. One that ended early is taken to stay what it was.
    static func lowest(of curves: [LossCurve]) -> Int {
        let count = curves.map(\.losses.count).max() ?? 0
        let sums = (0..<count).map { at in
            curves.reduce(0.0) { $0 + ($1.losses.isEmpty ? 0 : $1.losses[min(at, $1.losses.count - 1)]) }
        }
        return sums.indices.min { sums[$0] < sums[$1] } ?? 0
    }

    /// For each, where the others are lowest together: nothing is learnt from the rows that a fold is tried on.
    static func lowestOfOthers(_ curves: [LossCurve]) -> [Int] {
        curves.indices.map { own in lowest(of: curves.indices.filter { $0 != own }.map { curves[$0] }) }
    }
}
