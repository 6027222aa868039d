extension DelimitedReader {
    /// Decides what a record with unfitting quotes was meant to be, from its first physical line and the width of its
    /// neighbours. Leaves the record as scanned, and returns `false`, where that is the better reading.
    func repair() -> Bool {
        let scanned = (count: fieldCount, next: next, newlines: newlines, unterminated: unterminated)
        // Quotes inside a field that nobody escaped, everything else in place.
        if !scanned.unterminated, scanned.newlines == 0, expected.width == 0 || scanned.count == expected.width { return false }
        let (lineEnd, afterLine) = endOfLine(from: start)
        // Quotes that fit enclose what they enclose, unless the lines inside are records themselves.
        if !scanned.unterminated, !irregular, scanned.newlines > 0, !holdsRecord(from: afterLine) { return false }
        if expected.width > 0, let cuts = bestCuts(from: start, to: lineEnd, into: expected.width) {
            take(cuts, afterLine)
            return true
        }
        // A well-formed record over several lines, or one of another width, is ragged and not broken.
        if !scanned.unterminated, !irregular || scanned.newlines == 0 { return false }
        take(allCuts(from: start, to: lineEnd), afterLine)
        return true
    }

    /// Without knowing what is expected: quotes that were never closed, or that enclose lines and do not fit, enclose nothing.
    func resynchronize() {
        guard unterminated || newlines > 0 else { return }
        let (lineEnd, afterLine) = endOfLine(from: start)
        take(allCuts(from: start, to: lineEnd), afterLine)
    }

    /// `""text"`: one opening quote too many, and no inner quotes that nobody escaped.
    func dropHalfQuotes() {
        guard let quote = dialect.quote, quote != dialect.escape else { return }
        for index in 0..<fieldCount where fields[index].quoted && fields[index].end - fields[index].start > 1 {
            let (from, to) = (fields[index].start, fields[index].end)
            guard buffer[from] == quote, buffer[from + 1] != quote else { continue }
            if !((from + 1)..<to).contains(where: { buffer[$0] == quote }) { fields[index].start += 1 }
        }
    }

    /// Whether a record that fits holds, within its quotes, what are records themselves: a quote that was never closed has met a
    /// later one by chance. Each of its lines then has every field, and what the columns' values are told by.
    var swallowsRecords: Bool {
        guard newlines > 0, !irregular, !unterminated, fieldCount == expected.width, expected.strong.contains(true) else {
            return false
        }
        var from = start
        while from < next {
            let line = endOfLine(from: from)
            guard isRecord(from: from, to: min(line.end, next)) else { return false }
            from = line.next
        }
        return true
    }

    /// Whether a line, cut at each delimiter, has as many fields as expected, and those that should be numbers, dates and the like
    /// are.
    private func isRecord(from: Int, to: Int) -> Bool {
        let cuts = allCuts(from: from, to: to)
        guard cuts.count == expected.width else { return false }
        var agreeing = 0
        for (cut, isStrong) in zip(cuts, expected.strong) where isStrong {
            var (low, high) = (cut.lowerBound, cut.upperBound)
            while low < high, buffer[low] == dialect.quote || buffer[low] == 0x20 { low += 1 }
            while low < high, buffer[high - 1] == dialect.quote || buffer[high - 1] == 0x20 { high -= 1 }
            guard low < high else { continue }
            guard CellKind(UnsafeBufferPointer(start: UnsafePointer(buffer + low), count: high - low)).isStrong else {
                return false
            }
            agreeing += 1
        }
        return agreeing > 0
    }

    /// Whether the line at `from` has as many fields as expected.
    private func holdsRecord(from: Int) -> Bool {
        delimiters(from: from, to: endOfLine(from: from).end).count + 1 == expected.width
    }

    private func endOfLine(from: Int) -> (end: Int, next: Int) {
        var i = from
        while i < filled {
            let length = newlineLength(at: i, final: true) ?? 0
            if length > 0 { return (i, i + length) }
            i += 1
        }
        return (filled, filled)
    }

    private func take(_ cuts: [Range<Int>], _ afterLine: Int) {
        // What was scanned beyond the line will be scanned again.
        if next > afterLine, !unterminated { wasted += next - afterLine }
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
        while i < to, out.count < Self.fieldLimit {
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
        let surplus = pieces - count
        guard surplus >= 0, pieces <= 4_096, surplus <= 64, count * (surplus + 1) <= 1 << 15 else { return nil }
        let starts = [from] + ends.map(\.upperBound)
        let stops = ends.map(\.lowerBound) + [to]
        let marks = (0..<pieces).map { halves(of: starts[$0]..<max(starts[$0], stops[$0])) }
        let unreachable = Int.max / 2
        // cost[k][s]: the price of the first k + s pieces as k fields; came: how many pieces the last field took.
        var cost = [[Int]](repeating: [Int](repeating: unreachable, count: surplus + 1), count: count + 1)
        var came = [[Int]](repeating: [Int](repeating: 1, count: surplus + 1), count: count + 1)
        cost[0][0] = 0
        for k in 1...count {
            for s in 0...surplus {
                let last = k + s - 1
                for took in 1...(s + 1) where cost[k - 1][s + 1 - took] < unreachable {
                    let first = last + 1 - took
                    if took > 1, !marks[first].opens, !marks[last].closes { continue }
                    let range = starts[first]..<max(starts[first], stops[last])
                    guard let price = price(of: range, opens: marks[first].opens, closes: marks[last].closes, pieces: took)
                    else { continue }
                    if cost[k - 1][s + 1 - took] + price < cost[k][s] {
                        cost[k][s] = cost[k - 1][s + 1 - took] + price
                        came[k][s] = took
                    }
                }
            }
        }
        guard cost[count][surplus] < unreachable else { return nil }
        var cuts: [Range<Int>] = []
        var s = surplus
        for k in stride(from: count, to: 0, by: -1) {
            let took = came[k][s]
            let first = k + s - took
            cuts.append(starts[first]..<max(starts[first], stops[k + s - 1]))
            s -= took - 1
        }
        return cuts.reversed()
    }

    /// Whether a piece begins with a quote, and whether it ends with one.
    private func halves(of range: Range<Int>) -> (opens: Bool, closes: Bool) {
        guard let quote = dialect.quote else { return (false, false) }
        var (from, to) = (range.lowerBound, range.upperBound)
        while from < to, buffer[from] == 0x20 { from += 1 }
        while from < to, buffer[to - 1] == 0x20 { to -= 1 }
        return (from < to && buffer[from] == quote, from < to && buffer[to - 1] == quote)
    }

    /// How odd a field would be; `nil`: impossible.
    private func price(of range: Range<Int>, opens: Bool, closes: Bool, pieces: Int) -> Int? {
        guard let quote = dialect.quote else { return pieces == 1 ? 0 : nil }
        var (from, to) = (range.lowerBound, range.upperBound)
        while from < to, buffer[from] == 0x20 { from += 1 }
        while from < to, buffer[to - 1] == 0x20 { to -= 1 }
        // One quote alone opens and does not close.
        let closes = closes && (to - from > 1 || !opens)
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
