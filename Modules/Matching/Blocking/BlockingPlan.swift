import RapportCore

/// Which rules bring records together, chosen from the data: no list of columns, no configuration.
struct BlockingPlan: Sendable {
    /// Comparisons that a list of so many records is worth.
    static func budget(_ count: Int) -> Int { count > 60_000 ? 24 * count : max(40 * count, 1_500_000) }

    private let columns: [Column]
    private let count: Int
    private let budget: Double
    private let limit: BlockingLimit
    private let keys: [BlockingKey]
    private let options: [Option]

    private struct Option: Sendable {
        var keys: [Int]
        var cost: BlockingSampler.Cost
        /// Pairs that chance alone would make, were the columns independent.
        var expected: Double
    }

    init(_ columns: [Column], count: Int, budget: Int) async throws {
        self.columns = columns
        self.count = count
        self.budget = Double(budget)
        let limit = BlockingLimit(count: count)
        self.limit = limit
        let keys = BlockingKey.all(columns)
        self.keys = keys
        let sampler = BlockingSampler(keys: keys, columns: columns, count: count, limit: limit)
        let single = try await inParallel(keys.count) { sampler.cost([$0]) }
        var pairs: [[Int]] = []
        for first in keys.indices {
            for second in keys.indices where second > first && keys[second].column != keys[first].column {
                if keys[first].width * keys[second].width <= 3 { pairs.append([first, second]) }
            }
        }
        let chosen = pairs
        let double = try await inParallel(chosen.count) { sampler.cost(chosen[$0]) }
        let total = max(1, Double(count) * Double(count - 1) / 2)
        let options =
            keys.indices.map { Option(keys: [$0], cost: single[$0], expected: single[$0].pairs / 2) }
            + pairs.indices.map { index in
                let expected = single[pairs[index][0]].all * single[pairs[index][1]].all / total
                return Option(keys: pairs[index], cost: double[index], expected: expected)
            }
        self.options = options.filter { $0.cost.pairs > 0 && $0.cost.kept > 0.2 && $0.cost.pairs < Double(budget) }
    }

    /// Rules to begin with: those that make more pairs than chance explains, of different columns.
    func first() -> [BlockingRule] {
        let ranked = options.map { option -> (Option, Double) in
            let excess = max(0, option.cost.pairs - option.expected)
            return (option, excess / option.cost.pairs * min(1, excess / (0.02 * Double(count))))
        }.sorted { ($0.1, $1.0.cost.pairs) > ($1.1, $0.0.cost.pairs) }
        var used: [Int: Int] = [:]
        var spent = 0.0
        var chosen: [Option] = []
        for (option, score) in ranked where score > 0 && chosen.count < 16 {
            let columns = Set(option.keys.map { keys[$0].column })
            if columns.contains(where: { used[$0, default: 0] >= 5 }) || spent + option.cost.pairs > budget / 3 { continue }
            for column in columns { used[column, default: 0] += 1 }
            spent += option.cost.pairs
            chosen.append(option)
        }
        return laidOut(chosen)
    }

    /// Rules for good: they find most of what is likely one, each pair by several ways where that can be had.
    ///
    /// - Parameter likely: pairs that the first rules and a first model found, with their probabilities.
    func best(_ likely: [(first: Int, second: Int, probability: Double)]) -> [BlockingRule] {
        let shared = keys.map { key in likely.map { shares(key, $0.first, $0.second) } }
        let covers = options.map { option in likely.indices.map { pair in option.keys.allSatisfy { shared[$0][pair] } } }
        let all = likely.reduce(0) { $0 + $1.probability }
        var found = [Double](repeating: 0, count: likely.count)
        var left = Array(options.indices)
        var chosen: [Option] = []
        var spent = 0.0
        while chosen.count < 40, !left.isEmpty {
            var best: (place: Int, worth: Double, gain: Double) = (-1, 0, 0)
            for (place, option) in left.enumerated() where spent + options[option].cost.pairs <= budget {
                var gain = 0.0
                // A pair that is found already is worth less: a second way stands for pairs with one error more.
                for pair in likely.indices where covers[option][pair] {
                    gain +=
                        likely[pair].probability
                        * (found[pair] < 0.5 ? 1 : found[pair] < 1.5 ? 0.25 : found[pair] < 2.5 ? 0.1 : 0.03)
                }
                gain *= options[option].cost.kept
                let worth = gain / (options[option].cost.pairs + 0.02 * budget)
                if worth > best.worth { best = (place, worth, gain) }
            }
            guard best.place >= 0, best.gain > 0.0005 * all else { break }
            let option = left.remove(at: best.place)
            for pair in likely.indices where covers[option][pair] { found[pair] += options[option].cost.kept }
            // What a broader rule brings together, a narrower one need not.
            let isNarrower = { (other: Option) in
                options[option].keys.allSatisfy { key in other.keys.contains { keys[key].covers(keys[$0]) } }
            }
            spent -= chosen.filter(isNarrower).reduce(0) { $0 + $1.cost.pairs }
            chosen.removeAll(where: isNarrower)
            left.removeAll { isNarrower(options[$0]) }
            spent += options[option].cost.pairs
            chosen.append(options[option])
        }
        return laidOut(chosen)
    }

    private func laidOut(_ chosen: [Option]) -> [BlockingRule] {
        chosen.sorted { ($0.cost.pairs, $0.keys.count) < ($1.cost.pairs, $1.keys.count) }.enumerated()
            .flatMap { turn, option in
                BlockingRule.laidOut(
                    option.keys.map { keys[$0] }, columns, count: count, limit: limit, orders: orders(option, turn: turn))
            }
    }

    /// Two keys of other columns, others for each rule, so that one person's parts by one rule meet by another.
    private func orders(_ option: Option, turn: Int) -> [BlockingKey] {
        let own = Set(option.keys.map { keys[$0].column })
        let others = keys.filter { !own.contains($0.column) }
        guard let first = others.isEmpty ? nil : others[turn % others.count] else { return [] }
        let second = others.filter { $0.column != first.column }
        return second.isEmpty ? [first] : [first, second[turn / 2 % second.count]]
    }

    private func shares(_ key: BlockingKey, _ first: Int, _ second: Int) -> Bool {
        let (a, b) = (Int(columns[key.column].codes[first]), Int(columns[key.column].codes[second]))
        guard a >= 0, b >= 0 else { return false }
        let others = key.keys[b * key.width..<(b + 1) * key.width]
        return key.keys[a * key.width..<(a + 1) * key.width].contains { $0 != 0 && others.contains($0) }
    }
}
