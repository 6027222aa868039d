/// Splits an amount into whole parts that add up to it exactly, by largest remainders (Hamilton's method).
public enum Apportionment {
    /// - Parameter weights: not below zero; where all are zero the parts are equal.
    /// - Returns: a part for each weight; of equal remainders the earlier weight gets the unit. None without weights.
    public static func split(_ amount: Int64, by weights: [Double]) -> [Int64] {
        guard !weights.isEmpty else { return [] }
        let units = units(weights)
        let sum = units.reduce(0, +)
        let size = Int128(amount.magnitude)
        var parts: [Int128] = []
        var remainders: [Int128] = []
        var left = size
        for unit in units {
            let (whole, rest) = (size * unit).quotientAndRemainder(dividingBy: sum)
            parts.append(whole)
            remainders.append(rest)
            left -= whole
        }
        if left > 0 {
            // There are more of them than units are left: each of what is left is of at least one remainder.
            let order = units.indices.filter { remainders[$0] > 0 }.sorted {
                remainders[$0] != remainders[$1] ? remainders[$0] > remainders[$1] : $0 < $1
            }
            for index in order.prefix(Int(left)) { parts[index] += 1 }
        }
        return parts.map { Int64(amount < 0 ? -$0 : $0) }
    }

    /// The weights as whole numbers: those that are whole as they are, so that remainders which are equal are found equal; of others
    /// 52 bits of the largest.
    private static func units(_ weights: [Double]) -> [Int128] {
        let cleaned = weights.map { $0.isFinite && $0 > 0 ? $0 : 0 }
        let most = cleaned.max() ?? 0
        guard most > 0 else { return weights.map { _ in 1 } }
        if most <= 0x1p52, cleaned.allSatisfy({ $0 == $0.rounded() }) { return cleaned.map { Int128($0) } }
        return cleaned.map { Int128(($0 / most * 0x1p52).rounded()) }
    }
}
