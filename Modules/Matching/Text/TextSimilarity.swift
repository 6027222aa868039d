/// How alike two words are, letter by letter.
enum TextSimilarity {
    typealias Units = UnsafeBufferPointer<UInt16>

    /// Jaro's similarity with Winkler's bonus for a common beginning, 0...1.
    ///
    /// Winkler, W. E. (1990): "String Comparator Metrics and Enhanced Decision Rules in the Fellegi-Sunter Model of Record
    /// Linkage". Only the first 64 units count.
    static func jaroWinkler(_ first: Units, _ second: Units) -> Double {
        let n = min(first.count, 64)
        let m = min(second.count, 64)
        guard n > 0, m > 0 else { return n == m ? 1 : 0 }
        let reach = max(0, max(n, m) / 2 - 1)
        var usedFirst: UInt64 = 0
        var usedSecond: UInt64 = 0
        var common = 0
        for i in 0..<n {
            let unit = first[i]
            var j = max(0, i - reach)
            let end = min(m, i + reach + 1)
            while j < end {
                if usedSecond & (1 << UInt64(j)) == 0, second[j] == unit {
                    usedFirst |= 1 << UInt64(i)
                    usedSecond |= 1 << UInt64(j)
                    common += 1
                    break
                }
                j += 1
            }
        }
        guard common > 0 else { return 0 }
        var crossed = 0
        while usedFirst != 0 {
            if first[usedFirst.trailingZeroBitCount] != second[usedSecond.trailingZeroBitCount] { crossed += 1 }
            usedFirst &= usedFirst - 1
            usedSecond &= usedSecond - 1
        }
        let c = Double(common)
        let jaro = (c / Double(n) + c / Double(m) + (c - Double(crossed / 2)) / c) / 3
        var prefix = 0
        while prefix < min(4, n, m), first[prefix] == second[prefix] { prefix += 1 }
        return jaro + Double(prefix) * 0.1 * (1 - jaro)
    }

    /// Letters to insert, delete, replace or swap with their neighbour to make one of the other; `limit + 1` where it is more.
    ///
    /// Damerau (1964), restricted to one edit a place ("optimal string alignment"). Only the first 64 units count.
    static func edits(_ first: Units, _ second: Units, limit: Int) -> Int {
        var n = min(first.count, 64)
        var m = min(second.count, 64)
        guard abs(n - m) <= limit else { return limit + 1 }
        var start = 0
        while start < min(n, m), first[start] == second[start] { start += 1 }
        while n > start, m > start, first[n - 1] == second[m - 1] {
            n -= 1
            m -= 1
        }
        n -= start
        m -= start
        if n == 0 || m == 0 { return min(max(n, m), limit + 1) }
        if n > 2 * limit + 4, m > 2 * limit + 4, limit == 1 { return 2 }
        let width = m + 1
        return withUnsafeTemporaryAllocation(of: Int32.self, capacity: 3 * width) { rows in
            var (older, old, new) = (0, width, 2 * width)
            for j in 0...m { rows[old + j] = Int32(j) }
            for i in 1...n {
                rows[new] = Int32(i)
                var least = Int32(i)
                let unit = first[start + i - 1]
                for j in 1...m {
                    let other = second[start + j - 1]
                    var cost = min(rows[old + j] + 1, rows[new + j - 1] + 1, rows[old + j - 1] + (unit == other ? 0 : 1))
                    if i > 1, j > 1, unit == second[start + j - 2], first[start + i - 2] == other {
                        cost = min(cost, rows[older + j - 2] + 1)
                    }
                    rows[new + j] = cost
                    least = min(least, cost)
                }
                if least > Int32(limit) { return limit + 1 }
                (older, old, new) = (old, new, older)
            }
            return min(Int(rows[old + m]), limit + 1)
        }
    }

    /// Whether the short word stands for the long one: `dev` or `ctr` for development and center. The first letter must agree.
    static func abbreviates(_ short: Units, _ long: Units) -> Bool {
        guard short.count >= 2, long.count > short.count + 1, short[0] == long[0] else { return false }
        var at = 1
        for unit in long.dropFirst() where at < short.count && unit == short[at] { at += 1 }
        guard at == short.count else { return false }
        // Letters in order are too little: a beginning, or first letter and consonants only.
        return long.starts(with: short) && short.count >= 3
            || short.dropFirst().allSatisfy { !isVowel($0) } && short[0].isSmallLetter
    }

    static func isVowel(_ unit: UInt16) -> Bool {
        unit == 0x61 || unit == 0x65 || unit == 0x69 || unit == 0x6F || unit == 0x75 || unit == 0x79
    }
}
