/// Compares two records column by column; the levels of all columns are one number, four bits a column.
final class PairComparer: Sendable {
    /// Two columns of names that people fill the wrong way round, with where each value of one stands among the other's.
    struct Exchange: Sendable {
        var first: Int
        var second: Int
        var secondOfFirst: [Int32]
        var firstOfSecond: [Int32]
    }

    let columns: [Column]
    let exchanges: [Exchange]
    init(_ columns: [Column]) {
        self.columns = columns
        exchanges = Self.exchanges(columns)
    }

    @inline(__always)
    static func level(_ pattern: UInt64, _ column: Int) -> Int { Int(truncatingIfNeeded: pattern >> UInt64(4 * column)) & 15 }

    func pattern(_ first: Int, _ second: Int) -> UInt64 {
        var pattern: UInt64 = 0
        for index in 0..<columns.count {
            pattern |= UInt64(columns[index].recordLevel(first, second).rawValue) << UInt64(4 * index)
        }
        for exchange in exchanges where isExchanged(exchange, first, second, pattern) {
            // Said once, in the first column; the second then says nothing.
            pattern &= ~(15 << UInt64(4 * exchange.first) | 15 << UInt64(4 * exchange.second))
            pattern |= UInt64(Level.swapped.rawValue) << UInt64(4 * exchange.first)
        }
        return pattern
    }

    private func isExchanged(_ exchange: Exchange, _ first: Int, _ second: Int, _ pattern: UInt64) -> Bool {
        guard Self.level(pattern, exchange.first) != 7, Self.level(pattern, exchange.second) != 7 else { return false }
        let one = columns[exchange.first]
        let other = columns[exchange.second]
        let (a, b) = (one.codes[first], one.codes[second])
        let (c, d) = (other.codes[first], other.codes[second])
        guard a >= 0, b >= 0, c >= 0, d >= 0 else { return false }
        return exchange.secondOfFirst[Int(a)] == d && exchange.firstOfSecond[Int(c)] == b
    }

    /// Columns of names where values of one stand in the other too.
    private static func exchanges(_ columns: [Column]) -> [Exchange] {
        var found: [Exchange] = []
        let names = columns.indices.filter { columns[$0].kind == .name && !columns[$0].isWordy }
        for (place, first) in names.enumerated() {
            for second in names[(place + 1)...]
            where !found.contains(where: { [$0.first, $0.second].contains(first) || [$0.first, $0.second].contains(second) }) {
                let there = map(columns[first], columns[second])
                let shared = zip(there, columns[first].counts).reduce(0) { $0 + ($1.0 >= 0 ? Int($1.1) : 0) }
                guard shared * 50 > columns[first].filled else { continue }
                found.append(
                    Exchange(
                        first: first, second: second, secondOfFirst: there, firstOfSecond: map(columns[second], columns[first])))
            }
        }
        return found
    }

    private static func map(_ from: Column, _ to: Column) -> [Int32] {
        (0..<Int32(from.pool.count)).map { from.pool.with($0) { to.pool.find($0) } }
    }
}
