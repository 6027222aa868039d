/// Tells the first table of a sample from titles, notes and metadata above it, and from what follows it.
struct TableFinder {
    /// A stretch of rows, most of one width.
    struct Stretch {
        var range: Range<Int>
        var width: Int
        /// Rows of this width that are about as filled as most of them: a title that is padded with delimiters is not.
        var full: [Int]
        var cells: Int
    }

    let rows: [SampleRow]
    let stretches: [Stretch]

    init(_ rows: [SampleRow]) {
        self.rows = rows
        stretches = Self.stretches(of: rows)
    }

    /// The one with most values.
    var main: Stretch? {
        stretches.max { ($0.cells, $0.range.count, $1.range.lowerBound) < ($1.cells, $1.range.count, $0.range.lowerBound) }
    }

    /// Rows that stray from the width count to a stretch if it goes on within the next few.
    private static func stretches(of rows: [SampleRow]) -> [Stretch] {
        var out: [Stretch] = []
        var index = 0
        while index < rows.count {
            let width = rows[index].width
            var end = index + 1
            while end < rows.count {
                if rows[end].width != width {
                    // A wide table does not go on after a narrow one began, nor a narrow one across a wide one.
                    let ahead = rows[end..<min(end + 4, rows.count)]
                    guard width > 1, let again = ahead.firstIndex(where: { $0.width == width }) else { break }
                    if again - end > 1, ahead[end..<again].allSatisfy({ $0.width == ahead[end].width && $0.width > 1 }) { break }
                    end = again
                }
                end += 1
            }
            out.append(stretch(of: rows, index..<end, width))
            index = end
        }
        return out
    }

    private static func stretch(of rows: [SampleRow], _ range: Range<Int>, _ width: Int) -> Stretch {
        let fills = range.filter { rows[$0].width == width }.map { rows[$0].filled }.sorted()
        let usual = fills[fills.count / 2]
        let full = range.filter { rows[$0].width == width && rows[$0].filled * 2 > usual }
        return Stretch(
            range: range, width: width, full: full, cells: width > 1 ? range.reduce(0) { $0 + rows[$1].filled } : 0)
    }

    /// A table of the sample: where its rows stand, header included, and its header.
    struct Found {
        var rows: Range<Int>
        var header: [SampleRow]
    }

    /// The first table of the sample.
    func first() -> Found {
        guard let main else { return Found(rows: 0..<0, header: []) }
        guard main.width > 1 else { return single() }
        if let start = raggedStart { return Found(rows: start..<rows.count, header: [rows[start]]) }
        for stretch in stretches where stretch.range.lowerBound <= main.range.lowerBound {
            if stretch.range == main.range || isTable(stretch, before: main) { return located(stretch) }
        }
        return located(main)
    }

    /// Where nearly every row has its own width, the header is the first row of words that hardly any row exceeds.
    private var raggedStart: Int? {
        guard rows.count >= 6, stretches.count * 3 > rows.count else { return nil }
        return rows.indices.dropLast(3).prefix(40).first { start in
            let body = rows[(start + 1)...].prefix(200)
            guard rows[start].width > 2, body.count(where: { $0.width > rows[start].width }) * 10 <= body.count else {
                return false
            }
            let evidence = HeaderFinder.evidence(rows[start], over: Array(body))
            return evidence.typed > 0 && evidence.sum > 0
        }
    }

    /// One column: comments above do not belong to it.
    private func single() -> Found {
        let start = rows.firstIndex { !($0.fields.first?.hasPrefix("#") ?? false) } ?? 0
        let table = Array(rows[start...])
        return Found(rows: start..<rows.count, header: Array(table.prefix(HeaderFinder.headerRows(table))))
    }

    /// Whether what stands above the largest table is a table too, and not facts about it: names and values of columns, not a
    /// name and a value a line.
    private func isTable(_ stretch: Stretch, before main: Stretch) -> Bool {
        guard stretch.width > 1, stretch.full.count >= 3, let first = stretch.full.first else { return false }
        let body = stretch.full.dropFirst().map { rows[$0] }
        let evidence = HeaderFinder.evidence(rows[first], over: body)
        if stretch.width == 2 { return body.count >= 3 && evidence.typed >= 2 && evidence.sum >= 2 }
        if evidence.typed >= 2, evidence.sum > 0 { return true }
        // Without names, columns of numbers or dates are a table too if there are enough of them.
        let strong = HeaderFinder.strongColumns(body, width: stretch.width).count { $0 }
        return body.count >= 4 && (strong * 2 >= stretch.width || evidence.sum >= 2)
    }

    private func located(_ stretch: Stretch) -> Found {
        guard let first = stretch.full.first else { return Found(rows: stretch.range, header: []) }
        let end = stretch.range.upperBound
        let table = Array(rows[first..<end])
        let headers = HeaderFinder.headerRows(table)
        let above = first > 0 ? rows[first - 1] : nil
        if headers > 0 {
            let header = Array(table.prefix(headers))
            // Names of groups of columns stand over the first of them.
            if let above, !rows[first].afterBlank, isGroups(above, stretch.width) {
                return Found(rows: first - 1..<end, header: [above] + header)
            }
            return Found(rows: first..<end, header: header)
        }
        if let above, isOddHeader(above, over: stretch) { return Found(rows: first - 1..<end, header: [above]) }
        if let above, let cut = cutOtherwise(above, stretch.width) { return Found(rows: first - 1..<end, header: [cut]) }
        return Found(rows: first..<end, header: [])
    }

    /// `Person,,,Address,,`: two names or more, each with room behind it.
    private func isGroups(_ row: SampleRow, _ width: Int) -> Bool {
        let filled = row.kinds.indices.filter { row.kinds[$0] != .empty }
        guard row.width == width, filled.count > 1, filled[0] < width / 2, filled.allSatisfy({ row.kinds[$0] == .text }) else {
            return false
        }
        return zip(filled, filled.dropFirst()).allSatisfy { $1 - $0 > 1 }
    }

    /// Names in one cell that another delimiter cuts into exactly as many as there are columns.
    private func cutOtherwise(_ row: SampleRow, _ width: Int) -> SampleRow? {
        guard width > 2, row.width == 1, !row.fields[0].hasPrefix("#") else { return nil }
        for delimiter: Character in [";", "\t", "|", ",", ":", " "] {
            let names = row.fields[0].split(separator: delimiter, omittingEmptySubsequences: false).map(String.init)
            guard names.count == width, Set(names).count == width, !names.contains(where: { $0.isEmpty || $0.hasPrefix(" ") })
            else { continue }
            let kinds = names.map { CellKind(of: $0) }
            guard kinds.allSatisfy({ $0 == .text }) else { continue }
            var cut = row
            (cut.fields, cut.kinds, cut.quoted) = (names, kinds, names.map { _ in false })
            return cut
        }
        return nil
    }

    /// A header that lacks names, or has too many, right above rows of which none is a header.
    private func isOddHeader(_ row: SampleRow, over stretch: Stretch) -> Bool {
        let names = Array(row.fields.prefix(row.fields.count - row.kinds.reversed().prefix { $0 == .empty }.count))
        guard names.count > 1, names.count != stretch.width || row.width != stretch.width else { return false }
        if row.fields[0].hasPrefix("#"), row.width == 2 { return false }
        guard row.kinds.allSatisfy({ $0 == .text || $0 == .empty }), names.allSatisfy({ $0.utf8.count <= 80 }) else {
            return false
        }
        // `List of the shops, and their goods` is a sentence.
        if names.dropFirst().contains(where: { $0.hasPrefix(" ") }) { return false }
        // A gap among the names is one delimiter too many; a title and a remark beside it are no names.
        let near = abs(names.count - stretch.width) <= max(1, stretch.width / 3)
        guard names.count(where: \.isEmpty) <= (near ? names.count / 4 + 1 : 0) else { return false }
        let body = stretch.full.map { rows[$0] }
        return HeaderFinder.evidence(row, over: Array(body.prefix(200))).sum >= 0
    }
}
