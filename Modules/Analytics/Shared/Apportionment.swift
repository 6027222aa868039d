/// Splits an amount into whole parts that add up to it exactly, by largest remainders (Hamilton's method).
public enum Apportionment {
    /// - Parameter weights: not below zero; where all are zero the parts are equal.
    /// - Returns: a part for each weight; of equal remainders the earlier weight gets the unit. None without weights.
    public static func split(_ amount: Int64, by weights: [Double]) -> [Int64] {
        guard !weights.isEmpty else { return [] }
        let cleaned = weights.map { $0.isFinite && $0 > 0 ? $0 : 0 }
        let sum = cleaned.reduce(0, +)
        let shares = sum > 0 && sum.isFinite ? cleaned.map { $0 / sum } : cleaned.map { _ in 1 / Double(cleaned.count) }
        let size = amount.magnitude
        var parts: [UInt64] = []
        var remainders: [Double] = []
        var left = size
        for share in shares {
            let exact = Double(size) * share
            // A double holds 53 bits: never more than what is left.
            let whole = min(left, UInt64(exactly: exact.rounded(.down)) ?? left)
            parts.append(whole)
            remainders.append(exact - Double(whole))
            left -= whole
        }
        let order = shares.indices.filter { shares[$0] > 0 }.sorted {
            remainders[$0] != remainders[$1] ? remainders[$0] > remainders[$1] : $0 < $1
        }
        let (each, rest) = left.quotientAndRemainder(dividingBy: UInt64(order.count))
        for (rank, index) in order.enumerated() { parts[index] += each + (UInt64(rank) < rest ? 1 : 0) }
        return parts.map { part in amount < 0 ? Int64(truncatingIfNeeded: 0 &- part) : Int64(truncatingIfNeeded: part) }
    }
}
