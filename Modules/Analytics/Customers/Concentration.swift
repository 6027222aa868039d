/// How unequally a total is spread over customers (Pareto's curve, Lorenz' turned round).
public struct Concentration: Sendable {
    /// The largest first; without those below zero.
    private let cumulated: [Double]
    public let total: Double
    public let customers: Int
    /// Those whose value is zero or less.
    public let worthless: Int

    public init(_ values: [Double]) {
        var sum = 0.0
        cumulated = NumberSort.rising(values).reversed().map { value in
            sum += max(0, value)
            return sum
        }
        total = sum
        customers = values.count
        worthless = values.count { $0 <= 0 }
    }

    /// The share of the total that the first `share` of customers brings: "20 % of customers bring so much".
    public func total(ofFirst share: Double) -> Double {
        guard total > 0, customers > 0 else { return 0 }
        let place = max(0, min(1, share)) * Double(customers)
        let whole = Int(place)
        let below = whole > 0 ? cumulated[whole - 1] : 0
        let next = whole < customers ? cumulated[whole] : below
        return (below + (next - below) * (place - Double(whole))) / total
    }

    /// How small a share of customers brings `share` of the total: "80 % comes from so few".
    public func customers(bringing share: Double) -> Double {
        guard total > 0 else { return 0 }
        let wanted = max(0, min(1, share)) * total
        guard let index = cumulated.firstIndex(where: { $0 >= wanted * (1 - 1e-12) }) else { return 1 }
        let before = index > 0 ? cumulated[index - 1] : 0
        let step = cumulated[index] - before
        return (Double(index) + (step > 0 ? max(0, wanted - before) / step : 0)) / Double(customers)
    }

    /// 0 where all are alike, near 1 where one has it all.
    public var gini: Double {
        guard total > 0, customers > 0 else { return 0 }
        let area = cumulated.reduce(0, +) / total / Double(customers) - 0.5 / Double(customers)
        return max(0, 2 * area - 1)
    }

    public func curve(points: Int) -> [(x: Double, y: Double)] {
        (0...points).map { index in
            let share = Double(index) / Double(points)
            return (share, total(ofFirst: share))
        }
    }
}
