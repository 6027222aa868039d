import RapportCore

/// Association rules of baskets (Agrawal, Imieliński and Swami 1993): every split of every frequent set.
///
/// Ordered by lift, confidence and support, each from high to low, then by the names of antecedent and consequent.
public struct BasketRules: Sendable {
    /// A set, and which of its things are the antecedent.
    private struct Split {
        let set: Int32
        let mask: UInt32
        let antecedent: Int32
        let consequent: Int32
    }

    public let baskets: Int
    public let weekends: Int
    public let sets: Int
    public var count: Int { splits.count }
    private let items: [String]
    /// Whether weekdays and weekends are told apart.
    public let hasDates: Bool
    private let patterns: PatternMiner.Patterns
    private let splits: [Split]

    /// - Parameters:
    ///   - support: of all baskets, the share that must have a rule's things; a rule exactly on it is in.
    ///   - confidence: what a rule must reach; a rule exactly on it is in.
    ///   - longest: things in a rule at most; without, as many as there are.
    /// - Throws: `Problem` where there are too many.
    public init(
        _ baskets: Baskets, support: DecimalShare, confidence: DecimalShare, longest: Int? = nil, limit: Int = 4_000_000
    ) throws {
        let patterns = try PatternMiner.patterns(
            baskets, least: support.leastCount(of: baskets.count), longest: min(longest ?? 30, 30), limit: limit)
        let found = PatternLookup(patterns)
        var splits: [Split] = []
        for set in 0..<patterns.count {
            let size = patterns.size(set)
            guard size > 1 else { continue }
            let start = patterns.start(set)
            let whole = Int(patterns.all[set])
            let full = UInt32(1) << UInt32(size) - 1
            for mask in 1..<full {
                guard let antecedent = found.set(start, mask),
                    confidence.isReached(by: whole, of: Int(patterns.all[antecedent])),
                    let consequent = found.set(start, full & ~mask)
                else { continue }
                splits.append(
                    Split(set: Int32(set), mask: mask, antecedent: Int32(antecedent), consequent: Int32(consequent)))
            }
            guard splits.count <= limit else {
                throw Problem(
                    "baskets.too_many", "more than \(limit) rules reach the thresholds",
                    remedy: "Raise --min-support or --min-confidence, or give --max-length")
            }
        }
        self.patterns = patterns
        items = baskets.items
        self.baskets = baskets.count
        weekends = baskets.isWeekend.count { $0 }
        hasDates = !baskets.isWeekend.isEmpty
        sets = patterns.count
        self.splits = Self.sorted(splits, patterns)
    }

    private static func sorted(_ splits: [Split], _ patterns: PatternMiner.Patterns) -> [Split] {
        let keys = splits.map { split -> (lift: Double, confidence: Double, support: Int32) in
            let whole = Double(patterns.all[Int(split.set)])
            let (left, right) = (Double(patterns.all[Int(split.antecedent)]), Double(patterns.all[Int(split.consequent)]))
            return (whole / (left * right), whole / left, patterns.all[Int(split.set)])
        }
        func members(_ set: Int32) -> ArraySlice<Int32> { patterns.members[patterns.start(Int(set))..<patterns.ends[Int(set)]] }
        let order = splits.indices.sorted { first, second in
            if keys[first].lift != keys[second].lift { return keys[first].lift > keys[second].lift }
            if keys[first].confidence != keys[second].confidence { return keys[first].confidence > keys[second].confidence }
            if keys[first].support != keys[second].support { return keys[first].support > keys[second].support }
            let (left, right) = (members(splits[first].antecedent), members(splits[second].antecedent))
            if !left.elementsEqual(right) { return left.lexicographicallyPrecedes(right) }
            return members(splits[first].consequent).lexicographicallyPrecedes(members(splits[second].consequent))
        }
        return order.map { splits[$0] }
    }

    public subscript(index: Int) -> BasketRule {
        let split = splits[index]
        let start = patterns.start(Int(split.set))
        var (antecedent, consequent) = ([String](), [String]())
        for bit in 0..<patterns.size(Int(split.set)) {
            let name = items[Int(patterns.members[start + bit])]
            if split.mask >> UInt32(bit) & 1 == 1 { antecedent.append(name) } else { consequent.append(name) }
        }
        let sets = [split.set, split.antecedent, split.consequent].map { Int($0) }
        let all = sets.map { Int(patterns.all[$0]) }
        let weekend = sets.map { Int(patterns.weekend[$0]) }
        return BasketRule(
            antecedent: antecedent, consequent: consequent,
            all: Self.measures(all, baskets) ?? .init(support: 0, confidence: 0, lift: 0),
            weekday: hasDates ? Self.measures(zip(all, weekend).map { $0 - $1 }, baskets - weekends) : nil,
            weekend: hasDates ? Self.measures(weekend, weekends) : nil)
    }

    private static func measures(_ counts: [Int], _ baskets: Int) -> BasketRule.Measures? {
        guard counts[1] > 0, counts[2] > 0 else { return nil }
        let confidence = Double(counts[0]) / Double(counts[1])
        return BasketRule.Measures(
            support: Double(counts[0]) / Double(baskets), confidence: confidence,
            lift: confidence / (Double(counts[2]) / Double(baskets)))
    }
}
