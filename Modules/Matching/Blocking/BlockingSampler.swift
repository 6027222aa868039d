/// Estimates how many pairs a rule makes, from a part of its combined keys.
struct BlockingSampler: Sendable {
    struct Cost: Sendable {
        /// Pairs of groups that are not too large, and of all groups.
        var pairs = 0.0
        var all = 0.0
        /// The share of records whose group is not too large, of those that are in a group.
        var kept = 0.0
    }

    let keys: [BlockingKey]
    let columns: [Column]
    let count: Int
    let limit: BlockingLimit
    private var rate: UInt64 { count > 50_000 ? 16 : count > 10_000 ? 4 : 1 }

    func cost(_ rule: [Int]) -> Cost {
        let parts = rule.map { keys[$0] }
        let width = parts.reduce(1) { $0 * $1.width }
        // Few values cannot be sampled: one of them may hold half of the records.
        let rate = rule.count == 1 && Set(parts[0].keys.prefix(20_000)).count < 5_000 ? 1 : rate
        var table = KeyTable(capacity: count / Int(rate))
        var sizes: [Int32] = []
        for record in 0..<count {
            for slot in 0..<width {
                let hash = BlockingRule.hash(parts, columns, record, slot)
                guard hash != 0, (hash >> 40) % rate == 0 else { continue }
                let number = Int(table.number(hash))
                if number == sizes.count { sizes.append(0) }
                sizes[number] += 1
            }
        }
        var cost = Cost()
        var records = (kept: 0.0, all: 0.0)
        for size in sizes where size > 1 {
            let pairs = Double(size) * Double(size - 1) / 2
            cost.all += pairs * Double(rate)
            records.all += Double(size)
            cost.pairs += limit.pairs(Int(size)) * Double(rate)
            records.kept += limit.kept(Int(size)) * Double(size)
        }
        cost.kept = records.all > 0 ? records.kept / records.all : 0
        return cost
    }
}
