/// The loss on rows that were not learnt from, as a model becomes richer: after each tree, or with each weaker penalty.
struct LossCurve: Sendable {
    /// So much in all is chance.
    static let chance = 2.0

    /// Sums over the rows, the simplest model first.
    private(set) var losses: [Double] = []

    mutating func append(_ loss: Double) { losses.append(loss) }

    /// The same once more.
    mutating func repeatAll() { losses += losses }

    /// Where several are lowest together. One that ended early is taken to stay what it was.
    static func lowest(of curves: [LossCurve], usual: Int? = nil, by chance: Double = 0) -> Int {
        let count = curves.map(\.losses.count).max() ?? 0
        let sums = (0..<count).map { at in
            curves.reduce(0.0) { $0 + ($1.losses.isEmpty ? 0 : $1.losses[min(at, $1.losses.count - 1)]) }
        }
        guard let best = sums.indices.min(by: { sums[$0] < sums[$1] }) else { return 0 }
        if let usual, usual < sums.count, sums[usual] - sums[best] <= chance { return usual }
        return best
    }

    /// For each, where the others are lowest together: nothing is learnt from the rows that a fold is tried on.
    static func lowestOfOthers(_ curves: [LossCurve], usual: Int? = nil, by chance: Double = 0) -> [Int] {
        curves.indices.map { own in lowest(of: curves.indices.filter { $0 != own }.map { curves[$0] }, usual: usual, by: chance) }
    }
}
