extension DelimitedReader {
    /// Decides what a record with unfitting quotes was meant to be, from its first physical line and the width of its
    /// neighbours. Leaves the record as scanned, and returns `false`, where that is the better reading.
    func repair() -> Bool {
        let scanned = (count: fieldCount, next: next, newlines: newlines, unterminated: unterminated)
        // Quotes inside a field that nobody escaped, everything else in place.
        if !scanned.unterminated, scanned.newlines == 0, expectedWidth == 0 || scanned.count == expectedWidth { return false }
        let (lineEnd, afterLine) = endOfLine()
        if expectedWidth > 0, let cuts = bestCuts(from: start, to: lineEnd, into: expectedWidth) {
            take(cuts, afterLine)
            return true
        }
        // A well-formed record over several lines, or one of another width, is ragged and not broken.
        if !scanned.unterminated, !irregular || scanned.newlines == 0 { return false }
        take(allCuts(from: start, to: lineEnd), afterLine)
        return true
    }

    private func endOfLine() -> (end: Int, next: Int) {
        var i = start
        while i < filled {
            let length = newlineLength(at: i, final: true) ?? 0
            if length > 0 { return (i, i + length) }
            i += 1
        }
        return (filled, filled)
    }

    private func take(_ cuts: [Range<Int>], _ afterLine: Int) {
        fieldCount = 0
        for cut in cuts {
            var (from, to) = (cut.lowerBound, cut.upperBound)
            while from < to, buffer[from] == 0x20 { from += 1 }
            while from < to, buffer[to - 1] == 0x20 { to -= 1 }
            let opens = from < to && buffer[from] == dialect.quote
            let closes = to - from > 1 && buffer[to - 1] == dialect.quote
            let holdsDelimiter = (from..<to).contains { (delimiterLength(at: $0, final: true) ?? 0) > 0 }
            if opens || (closes && holdsDelimiter) {
                // Half a pair of quotes is still a pair that was meant.
                append(opens ? from + 1 : from, closes ? to - 1 : to, quoted: true, escaped: true)
            } else {
                append(dialect.trims ? from : cut.lowerBound, dialect.trims ? to : cut.upperBound)
            }
        }
        next = afterLine
        newlines = 0
    }

    private func delimiters(from: Int, to: Int) -> [Range<Int>] {
        var out: [Range<Int>] = []
        var i = from
        while i < to {
            let length = delimiterLength(at: i, final: true) ?? 0
            if length > 0 { out.append(i..<i + length) }
            i += max(1, length)
        }
        return out
    }

    private func allCuts(from: Int, to: Int) -> [Range<Int>] {
        let ends = delimiters(from: from, to: to)
        return zip([from] + ends.map(\.upperBound), ends.map(\.lowerBound) + [to]).map { $0..<max($0, $1) }
    }

    /// The cheapest way to cut a line into exactly `count` fields, by dynamic programming over its delimiters: a field in
    /// whole quotes may hold delimiters for nothing, one with half a pair may at a price, one without may not.
    private func bestCuts(from: Int, to: Int, into count: Int) -> [Range<Int>]? {
        let ends = delimiters(from: from, to: to)
        let pieces = ends.count + 1
        guard pieces >= count, pieces <= 512, pieces - count <= 64 else { return nil }
        let starts = [from] + ends.map(\.upperBound)
        let stops = ends.map(\.lowerBound) + [to]
        let unreachable = Int.max / 2
        // cost[k][p]: the price of the first p pieces as k fields; came: how many pieces the last field took.
        var cost = [[Int]](repeating: [Int](repeating: unreachable, count: pieces + 1), count: count + 1)
        var came = [[Int]](repeating: [Int](repeating: 0, count: pieces + 1), count: count + 1)
        cost[0][0] = 0
        for k in 1...count {
            for p in k...pieces {
                for took in 1...max(1, min(p - k + 1, pieces - count + 1)) where cost[k - 1][p - took] < unreachable {
                    let first = p - took
                    guard let price = price(of: starts[first]..<max(starts[first], stops[p - 1]), pieces: took) else { continue }
                    if cost[k - 1][first] + price < cost[k][p] {
                        cost[k][p] = cost[k - 1][first] + price
                        came[k][p] = took
                    }
                }
            }
        }
        guard cost[count][pieces] < unreachable else { return nil }
        var cuts: [Range<Int>] = []
        var p = pieces
        for k in stride(from: count, to: 0, by: -1) {
            let first = p - came[k][p]
            cuts.append(starts[first]..<max(starts[first], stops[p - 1]))
            p = first
        }
        return cuts.reversed()
    }

    /// How odd a field would be; `nil`: impossible.
    private func price(of range: Range<Int>, pieces: Int) -> Int? {
        guard let quote = dialect.quote else { return pieces == 1 ? 0 : nil }
        var (from, to) = (range.lowerBound, range.upperBound)
        while from < to, buffer[from] == 0x20 { from += 1 }
        while from < to, buffer[to - 1] == 0x20 { to -= 1 }
        let opens = from < to && buffer[from] == quote
        let closes = to - from > 1 && buffer[to - 1] == quote
        var lone = 0
        var i = opens ? from + 1 : from
        let end = closes ? to - 1 : to
        while i < end {
            if buffer[i] == quote {
                if i + 1 < end, buffer[i + 1] == quote { i += 1 } else { lone += 1 }
            }
            i += 1
        }
        switch (opens, closes, pieces) {
        case (true, true, _): return lone == 0 ? 0 : 2 + (pieces > 1 ? 2 : 0)
        case (false, false, 1): return lone
        case (_, _, 1): return 3
        case (false, false, _): return nil
        default: return 4 + pieces
        }
    }
}
