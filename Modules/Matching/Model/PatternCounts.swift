/// How often each pattern of levels was seen, in the order in which they came.
struct PatternCounts: Sendable {
    private(set) var patterns: [UInt64] = []
    private(set) var counts: [Double] = []
    private var table: KeyTable

    init(capacity: Int = 1_000) { table = KeyTable(capacity: capacity) }

    /// The pattern's number.
    @discardableResult
    mutating func add(_ pattern: UInt64, _ count: Double = 1) -> Int {
        // 0 is no key: a pattern in which everything is missing.
        let number = Int(table.number(pattern == 0 ? .max : pattern))
        if number == counts.count {
            patterns.append(pattern)
            counts.append(0)
        }
        counts[number] += count
        return number
    }
}
