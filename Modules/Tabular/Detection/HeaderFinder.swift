/// Tells the rows that name columns from those that hold values.
enum HeaderFinder {
    /// What speaks for a row being a header, over the rows that follow it.
    struct Evidence {
        var sum = 0.0
        /// How many columns of one kind or one form have a word of another there.
        var typed = 0
    }

    /// 0 to 4. Without evidence against it, the first row names the columns.
    static func headerRows(_ rows: [SampleRow]) -> Int {
        guard let first = rows.first, isHeader(first, over: rows.dropFirst()) else { return 0 }
        var count = 1
        // Further header rows: columns of numbers, dates or codes are interrupted by a word there, as in the first.
        while count < min(4, rows.count - 2), !rows[count].afterBlank, rows[count].width == first.width {
            let row = rows[count]
            if isUnits(row) {
                count += 1
                continue
            }
            let body = Array(rows.dropFirst(count + 1).prefix(200))
            let strong = strongColumns(body, width: first.width)
            let violated = strong.indices.count { strong[$0] && row.kinds[$0] == .text }
            let kept = strong.indices.contains { strong[$0] && row.kinds[$0].isStrong }
            guard !kept, row.kinds.allSatisfy({ !$0.isStrong }) else { break }
            guard violated >= 2 || (violated == 1 && evidence(row, over: body).typed >= 3) else { break }
            count += 1
        }
        return count
    }

    /// `(EUR),(pieces),[mm]`
    private static func isUnits(_ row: SampleRow) -> Bool {
        row.filled > 1
            && row.fields.allSatisfy { text in
                text.isEmpty || (text.hasPrefix("(") && text.hasSuffix(")")) || (text.hasPrefix("[") && text.hasSuffix("]"))
            }
    }

    /// `0,1,2,3`, which name columns that have no other name.
    private static func isCounted(_ row: SampleRow) -> Bool {
        guard row.width > 2, let first = Int(row.fields[0]), first == 0 || first == 1 else { return false }
        return row.fields.indices.allSatisfy { row.fields[$0] == String(first + $0) }
    }

    static func isHeader(_ row: SampleRow, over body: ArraySlice<SampleRow>) -> Bool {
        guard !body.isEmpty else { return row.kinds.allSatisfy { !$0.isStrong } }
        if isCounted(row) { return true }
        return evidence(row, over: Array(body.prefix(200))).sum + 0.25 > 0
    }

    /// Column by column: a word over numbers speaks for a header, a number among numbers or a value that comes again against.
    static func evidence(_ row: SampleRow, over body: [SampleRow]) -> Evidence {
        var evidence = Evidence()
        // A row of words that comes again as it is is a header that is repeated.
        let again = row.width > 1 && row.kinds.allSatisfy { !$0.isStrong } ? body.count { $0.fields == row.fields } : 0
        let body = again > 0 ? body.filter { $0.fields != row.fields } : body
        if again > 0 { evidence.sum += 1 }
        for column in row.kinds.indices where row.kinds[column] != .empty {
            let profile = ColumnProfile(body, column)
            guard profile.filled > 0 else { continue }
            let vote = profile.vote(on: row.fields[column], row.kinds[column])
            evidence.sum += vote
            if vote >= 1 { evidence.typed += 1 }
        }
        if row.fields.contains(where: { commonNames.contains(trimmed($0).lowercased()) }) { evidence.sum += 1 }
        return evidence
    }

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

    /// The width that most rows agree on.
    static func usualWidth(_ body: [SampleRow]) -> Int? {
        var counts: [Int: Int] = [:]
        for row in body { counts[row.width, default: 0] += 1 }
        return counts.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key
    }

    /// The header decides, unless most rows agree on a larger width: the columns without a name are kept.
    static func width(header: ArraySlice<SampleRow>, body: [SampleRow]) -> Int {
        let named = header.map { $0.fields.count }.max() ?? 0
        guard let usual = usualWidth(body) else { return named }
        if named == 0 { return usual }
        return usual > named && body.count(where: { $0.width == usual }) * 10 >= body.count * 6 ? usual : named
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

    static func trimmed(_ text: String) -> String {
        var view = Substring(text)
        while let first = view.first, first.isWhitespace || first == "\u{FEFF}" { view.removeFirst() }
        while view.last?.isWhitespace == true { view.removeLast() }
        return String(view.split(whereSeparator: \.isNewline).joined(separator: " "))
    }

    private static let commonNames: Set<String> = [
        "id", "name", "email", "e-mail", "phone", "date", "time", "first name", "last name", "first_name", "last_name", "address",
        "city", "country", "price", "amount", "total", "status", "type", "description", "title", "url", "comment", "comments",
        "code", "value", "quantity", "year", "month", "region", "category", "zip", "state", "notes", "street",
    ]
}
