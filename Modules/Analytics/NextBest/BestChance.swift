import Foundation

/// How likely each of several rates is to be the highest, by integration: the same every time, without chance.
///
/// P(i) = ∫ fᵢ ∏ⱼ≠ᵢ Fⱼ, over the logit. The sum of all these integrands is the derivative of ∏ Fⱼ, which is known at either end of
/// a panel: where 16 places of Gauss and Legendre miss it, the panel is halved.
struct BestChance {
    /// Adds up to 1.
    let chances: [Double]
    /// The mean of the highest of them.
    let highest: Double

    private let rates: [BetaRate]
    private static let tail = 1e-11
    private static let tolerance = 1e-8
    /// No more halving after so many panels: what is left is the rounding of the functions themselves.
    private static let limit = 300

    init(_ rates: [BetaRate]) {
        self.rates = rates
        guard rates.count > 1 else {
            (chances, highest) = (rates.map { _ in 1 }, rates.first?.mean ?? 0)
            return
        }
        let ends = rates.map { (low: $0.logitQuantile(Self.tail), high: $0.logitQuantile(1 - Self.tail)) }
        let low = ends.map(\.low).max() ?? 0
        let high = max(ends.map(\.high).max() ?? 0, low + 1e-9)
        // Whose highest is below everybody's lowest is never the best.
        let places = rates.indices.filter { ends[$0].high >= low }
        let candidates = places.map { rates[$0] }
        var sums = [Double](repeating: 0, count: candidates.count)
        var over = 0.0
        var stack: [(low: Double, high: Double, from: Double, to: Double)] = []
        let panels = 8
        let edges = (0...panels).map { low + (high - low) * Double($0) / Double(panels) }
        let products = edges.map { Self.product(candidates, BetaRate.rate(ofLogit: $0)) }
        for panel in (0..<panels).reversed() {
            stack.append((edges[panel], edges[panel + 1], products[panel], products[panel + 1]))
        }
        var halved = 0
        while let panel = stack.popLast() {
            let found = Self.integrate(candidates, panel.low, panel.high)
            if abs(found.sums.reduce(0, +) - (panel.to - panel.from)) > Self.tolerance, halved < Self.limit {
                halved += 1
                let middle = (panel.low + panel.high) / 2
                let product = Self.product(candidates, BetaRate.rate(ofLogit: middle))
                stack.append((middle, panel.high, product, panel.to))
                stack.append((panel.low, middle, panel.from, product))
                continue
            }
            for index in sums.indices { sums[index] += found.sums[index] }
            over += found.over
        }
        let total = sums.reduce(0, +)
        var chances = [Double](repeating: 0, count: rates.count)
        for (place, sum) in zip(places, sums) { chances[place] = total > 0 ? sum / total : 1 / Double(candidates.count) }
        self.chances = chances
        highest = BetaRate.rate(ofLogit: low) + over
    }

    private static func product(_ rates: [BetaRate], _ x: Double) -> Double { rates.reduce(1) { $0 * $1.below(x) } }

    /// For each rate the integral of its being the highest, and ∫ (1 − ∏ F) of the rate itself.
    private static func integrate(_ rates: [BetaRate], _ low: Double, _ high: Double) -> (sums: [Double], over: Double) {
        var sums = [Double](repeating: 0, count: rates.count)
        var after = [Double](repeating: 1, count: rates.count + 1)
        var below = [Double](repeating: 0, count: rates.count)
        var over = 0.0
        for (t, weight) in Quadrature.places(low, high) {
            let x = BetaRate.rate(ofLogit: t)
            for index in rates.indices { below[index] = rates[index].below(x) }
            for index in rates.indices.reversed() { after[index] = after[index + 1] * below[index] }
            var before = 1.0
            for index in rates.indices {
                let others = before * after[index + 1]
                if others > 0 { sums[index] += weight * others * rates[index].logitDensity(x) }
                before *= below[index]
            }
            over += weight * (1 - after[0]) * x * (1 - x)
        }
        return (sums, over)
    }
}
