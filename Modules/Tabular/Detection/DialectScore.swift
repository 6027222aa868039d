/// How good a table a dialect makes of a sample.
enum DialectScore {
    static func score(_ text: [UInt8], _ dialect: TableDialect, complete: Bool) -> Double {
        if dialect.delimiter.isEmpty { return isColumnOfValues(text) ? 1 : 0.15 }
        var widths: [Int: Int] = [:]
        var rows = 0
        var cells = 0
        var known = 0.0
        var strong = 0
        var broken = 0
        var spaced = 0
        var filledColumns: Set<Int> = []
        let reader = DelimitedReader(dialect, expectedWidth: 0)
        reader.repairsDisabled = true
        func take(_ row: borrowing DelimitedRow) {
            guard !row.isBlank, rows < 400 else { return }
            rows += 1
            widths[row.count, default: 0] += 1
            if row.repaired { broken += 1 }
            for index in 0..<row.count {
                cells += 1
                if !row[index].isEmpty { filledColumns.insert(index) }
                if row[index].first == 0x20, !row.isQuoted(index) { spaced += 1 }
                if row.isQuoted(index) {
                    known += 1
                    strong += 1
                    continue
                }
                switch CellKind(row[index]) {
                case .number, .moment, .formed:
                    known += 1
                    strong += 1
                case .empty: known += 0.9
                case .text: known += 0.9
                case .odd: break
                }
            }
        }
        text.withUnsafeBufferPointer { reader.feed($0, take) }
        if complete || rows == 0 { reader.finish(take) }
        guard rows > 0, cells > 0 else { return 0 }
        // Columns without a single value come from cutting one delimiter in two: they are none.
        let usual = widths.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key ?? 1
        let hollow = (0..<usual).count { !filledColumns.contains($0) }
        // The inverse of Simpson's index stands for the number of row patterns: one ragged row is not half a file.
        var pattern = 0.0
        var sameness = 0.0
        for (width, count) in widths {
            let share = Double(count) / Double(rows)
            let columns = max(1, width - min(hollow, width - 1))
            pattern += share * max(0.02, Double(columns - 1)) / Double(columns)
            sameness += share * share
        }
        var score = pattern * sameness * (known / Double(cells)) * (1 - 0.5 * Double(broken) / Double(rows))
        score *= 1 - 0.3 * Double(hollow) / Double(usual)
        // A space before a value belongs to the delimiter.
        score *= 1 - 0.2 * Double(spaced) / Double(cells)
        // A table has rows: one very long one is a line end that was not seen.
        score *= Double(rows) / (Double(rows) + 0.5)
        // Words are not a table because there is one space in each; values between the spaces may be. Nor are `Name: value` lines.
        if strong * 4 < cells {
            if dialect.delimiter == [0x20] || dialect.delimiter == [0x2F] { score *= 0.1 }
            if dialect.delimiter == [0x3A], usual < 3 || spaced * 4 > cells { score *= 0.1 }
        }
        return score
    }

    /// Whether nearly every line is one date, one number or one address by itself, with none of the usual delimiters.
    private static func isColumnOfValues(_ text: [UInt8]) -> Bool {
        var (lines, values) = (0, 0)
        for line in text.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }).dropFirst().prefix(400) {
            lines += 1
            if line.contains(where: { $0 == 0x2C || $0 == 0x3B || $0 == 0x09 || $0 == 0x7C }) { continue }
            // A space is within a value only between a date and a time.
            let spaces = line.count { $0 == 0x20 }
            if spaces > 1 || (spaces == 1 && !line.contains(0x3A)) { continue }
            if line.withUnsafeBufferPointer({ CellKind($0).isStrong }) { values += 1 }
        }
        return lines > 0 && values * 10 >= lines * 8
    }
}
