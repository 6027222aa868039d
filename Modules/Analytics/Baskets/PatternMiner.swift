import RapportCore

/// Finds every set of things that enough baskets have (FP-growth).
struct PatternMiner {
    typealias Count = PatternTree.Count

    /// Sets of things with how many baskets have them, found again by what they hold.
    struct Patterns: Sendable {
        /// Set after set, each ascending.
        fileprivate(set) var members: [Int32] = []
        fileprivate(set) var ends: [Int] = []
        fileprivate(set) var all: [Int32] = []
        fileprivate(set) var weekend: [Int32] = []

        var count: Int { ends.count }
        func start(_ set: Int) -> Int { set == 0 ? 0 : ends[set - 1] }
        func size(_ set: Int) -> Int { ends[set] - start(set) }
    }

    private let least: Int
    private let longest: Int
    /// Sets at most: beyond that neither memory nor a reader would have room.
    private let limit: Int
    private var patterns = Patterns()
    private var suffix: [Int32] = []
    /// By item number, for counting in conditional trees.
    private var sums: [Count]

    private init(least: Int, longest: Int, limit: Int, items: Int) {
        self.least = least
        self.longest = longest
        self.limit = limit
        sums = [Count](repeating: Count(), count: items)
    }

    /// - Parameters:
    ///   - least: how many baskets must have a set.
    ///   - longest: things in a set at most.
    /// - Throws: `Problem` where there are more than `limit` sets.
    static func patterns(_ baskets: Baskets, least: Int, longest: Int, limit: Int = 4_000_000) throws -> Patterns {
        var counts = [Count](repeating: Count(), count: baskets.items.count)
        for basket in 0..<baskets.count {
            let weekend: Int32 = baskets.isWeekend.isEmpty || !baskets.isWeekend[basket] ? 0 : 1
            for at in baskets.starts[basket]..<baskets.starts[basket + 1] {
                counts[Int(baskets.members[at])].all += 1
                counts[Int(baskets.members[at])].weekend += weekend
            }
        }
        let least = max(1, least)
        let frequent = counts.indices.filter { counts[$0].all >= least }
            .sorted { (counts[$0].all, $1) > (counts[$1].all, $0) }.map { Int32($0) }
        var places = [Int32](repeating: -1, count: counts.count)
        for (place, item) in frequent.enumerated() { places[Int(item)] = Int32(place) }
        var tree = PatternTree(items: frequent, counts: frequent.map { counts[Int($0)] }, capacity: 1 << 16)
        var path: [Int32] = []
        for basket in 0..<baskets.count {
            path.removeAll(keepingCapacity: true)
            for at in baskets.starts[basket]..<baskets.starts[basket + 1] {
                let place = places[Int(baskets.members[at])]
                if place >= 0 { path.append(place) }
            }
            path.sort()
            tree.insert(path, Count(all: 1, weekend: baskets.isWeekend.isEmpty || !baskets.isWeekend[basket] ? 0 : 1))
        }
        var miner = PatternMiner(least: least, longest: longest, limit: limit, items: frequent.count)
        try miner.mine(tree)
        return miner.patterns
    }

    private mutating func mine(_ tree: PatternTree) throws {
        for place in tree.items.indices.reversed() {
            suffix.append(tree.items[place])
            try emit(tree.counts[place])
            if suffix.count < longest, place > 0, let conditional = conditional(tree, place) { try mine(conditional) }
            suffix.removeLast()
        }
    }

    private mutating func emit(_ count: Count) throws {
        guard patterns.count < limit else {
            throw Problem(
                "baskets.too_many", "more than \(limit) sets of things reach the support",
                remedy: "Raise --min-support, or give --max-length")
        }
        patterns.members += suffix.count == 1 ? suffix : suffix.sorted()
        patterns.ends.append(patterns.members.count)
        patterns.all.append(count.all)
        patterns.weekend.append(count.weekend)
    }

    /// The tree of what stands with an item: the paths above its nodes. `nil` where nothing frequent does.
    private mutating func conditional(_ tree: PatternTree, _ place: Int) -> PatternTree? {
        for index in 0..<place { sums[index] = Count() }
        var node = tree.heads[place]
        var paths = 0
        tree.nodes.withUnsafeBufferPointer { nodes in
            while node >= 0 {
                let count = nodes[Int(node)].count
                var above = nodes[Int(node)].parent
                while above > 0 {
                    let item = Int(nodes[Int(above)].item)
                    sums[item].all += count.all
                    sums[item].weekend += count.weekend
                    above = nodes[Int(above)].parent
                }
                paths += 1
                node = nodes[Int(node)].next
            }
        }
        var kept: [Int] = []
        for index in 0..<place where sums[index].all >= least { kept.append(index) }
        guard !kept.isEmpty else { return nil }
        let counts = kept.map { sums[$0] }
        // The places in the new tree; the old sums are not needed any more.
        for index in 0..<place { sums[index].all = -1 }
        for (new, index) in kept.enumerated() { sums[index].all = Int32(new) }
        var out = PatternTree(items: kept.map { tree.items[$0] }, counts: counts, capacity: min(1 << 16, 4 * paths))
        guard kept.count > 1 else { return PatternTree(items: out.items, counts: counts, capacity: 0) }
        var path: [Int32] = []
        node = tree.heads[place]
        while node >= 0 {
            path.removeAll(keepingCapacity: true)
            var above = tree.nodes[Int(node)].parent
            while above > 0 {
                let new = sums[Int(tree.nodes[Int(above)].item)].all
                if new >= 0 { path.append(new) }
                above = tree.nodes[Int(above)].parent
            }
            if !path.isEmpty { out.insert(path.reversed(), tree.nodes[Int(node)].count) }
            node = tree.nodes[Int(node)].next
        }
        return out
    }
}
