/// Tells the rows that name columns from those that hold values.
enum HeaderFinder {
    /// 0 to 4. Without evidence against it, the first row names the columns.
    static func headerRows(_ rows: [SampleRow]) -> Int {
        guard let first = rows.first, isHeader(first, over: rows.dropFirst()) else { return 0 }
        var count = 1
        // Further header rows: every column of numbers or dates is interrupted by a word there, as in the first.
        while count < min(4, rows.count - 1), !rows[count].afterBlank {
            let body = rows.dropFirst(count + 1)
            let strong = strongColumns(Array(body.prefix(200)), width: first.width)
            let row = rows[count]
            let violated = strong.indices.filter { strong[$0] && $0 < row.width && row.kinds[$0] == .text }.count
            let kept = strong.indices.filter { strong[$0] && $0 < row.width && row.kinds[$0].isStrong }.count
            guard violated >= 2, kept == 0, row.kinds.allSatisfy({ !$0.isStrong }), body.count >= 2 else { break }
            count += 1
        }
        return count
    }

    static func isHeader(_ row: SampleRow, over body: ArraySlice<SampleRow>) -> Bool {
        let strongCells = row.kinds.count { $0.isStrong }
        guard !body.isEmpty else { return strongCells == 0 }
        let strong = strongColumns(Array(body.prefix(200)), width: row.width)
        var (votesFor, votesAgainst) = (0, 0)
        for index in row.kinds.indices where index < strong.count {
            if strong[index] {
                if row.kinds[index].isStrong { votesAgainst += 1 } else if row.kinds[index] != .empty { votesFor += 1 }
            } else if row.kinds[index].isStrong, !isYear(row.fields[index]) {
                votesAgainst += 1
            }
        }
        if votesFor != votesAgainst { return votesFor > votesAgainst }
        if strongCells > 0 { return false }
        // Words over words: names are different from each other and do not come again in their own column.
        let names = row.fields.filter { !$0.isEmpty }
        guard Set(names).count == names.count else { return false }
        var again = 0
        for other in body.prefix(200) where other.width == row.width {
            again += row.fields.indices.count { !row.fields[$0].isEmpty && row.fields[$0] == other.fields[$0] }
        }
        return again == 0 || names.contains { commonNames.contains($0.lowercased()) }
    }

    /// Columns named by years are common: 2019, 2020, 2021.
    private static func isYear(_ text: String) -> Bool { text.count == 4 && (1_900...2_100).contains(Int(text) ?? 0) }

    static func strongColumns(_ body: [SampleRow], width: Int) -> [Bool] {
        (0..<width).map { column in
            var (strong, filled) = (0, 0)
            for row in body where column < row.width && row.kinds[column] != .empty {
                filled += 1
                if row.kinds[column].isStrong { strong += 1 }
            }
            return filled > 0 && strong * 10 >= filled * 8
        }
    }

    /// The header decides, unless most rows agree on another width and the header only lacks or exceeds by a little.
    static func width(header: ArraySlice<SampleRow>, body: [SampleRow]) -> Int {
        let named = header.map(\.width).max() ?? 0
        var counts: [Int: Int] = [:]
        for row in body { counts[row.width, default: 0] += 1 }
        guard let usual = counts.max(by: { ($0.value, $0.key) < ($1.value, $1.key) }) else { return max(named, 0) }
        if named == 0 { return usual.key }
        // More values than names: the columns without a name are kept.
        if usual.key > named, usual.value * 10 >= body.count * 6 { return usual.key }
        return named
    }

    static func names(_ header: [SampleRow], width: Int) -> [String] {
        var names = [String](repeating: "", count: width)
        for (level, row) in header.enumerated() {
            var group = ""
            for index in 0..<width {
                var name = index < row.width ? trimmed(row.fields[index]) : ""
                // A group's name stands over its first column and means those after it too.
                if level < header.count - 1, header.count > 1, row.width == width {
                    if name.isEmpty { name = level == 0 && index > 0 ? group : "" } else { group = name }
                }
                if !name.isEmpty { names[index] += names[index].isEmpty ? name : " " + name }
            }
        }
        var seen: [String: Int] = [:]
        for index in names.indices {
            if names[index].isEmpty { names[index] = "column_\(index + 1)" }
            let uses = seen[names[index], default: 0] + 1
            seen[names[index]] = uses
            if uses > 1 { names[index] += "_\(uses)" }
        }
        return names
    }

    private static func trimmed(_ text: String) -> String {
        var view = Substring(text)
        while let first = view.first, first.isWhitespace || first == "\u{FEFF}" { view.removeFirst() }
        while view.last?.isWhitespace == true { view.removeLast() }
        return String(view.split(whereSeparator: \.isNewline).joined(separator: " "))
    }

    private static let commonNames: Set<String> = [
        "id", "name", "email", "e-mail", "phone", "date", "time", "first name", "last name", "first_name", "last_name", "address",
        "city", "country", "price", "amount", "total", "status", "type", "description", "title", "url", "comment", "comments",
    ]
}
