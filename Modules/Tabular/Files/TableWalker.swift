/// Turns records into rows of tables: passes over what stands above, pads what is short, holds back what may be a footnote,
/// notices where another table begins.
struct TableWalker {
    private(set) var tables: [TableLayout]
    private(set) var remarks: [TabularRemark]
    private var toSkip: Int
    private var headersToSkip: Int
    private var blankBefore = false
    private var blanks: [(line: Int64, offset: Int64, next: Int64)] = []
    /// Rows of one cell that are footnotes if nothing but their like follows.
    private var held: [TabularRow] = []
    private var table: Int { tables.count - 1 }
    private var layout: TableLayout { tables[tables.count - 1] }

    /// - Parameter resuming: what comes first is in the middle of the table.
    init(_ layout: TableLayout, resuming: Bool) {
        tables = [layout]
        remarks = layout.preamble
        toSkip = resuming ? 0 : layout.preamble.count
        headersToSkip = resuming ? 0 : layout.headerRows
    }

    /// Takes one record; appends the rows that are now certain.
    mutating func take(_ row: borrowing DelimitedRow, into rows: inout [TabularRow]) {
        if row.isBlank, row.count == 1 {
            blankBefore = true
            // In a single column an empty line is an empty value, unless nothing follows.
            if layout.width == 1, toSkip == 0, headersToSkip == 0, blanks.count < 1_000 {
                blanks.append((row.line, row.offset, row.nextOffset))
            }
            return
        }
        defer { blankBefore = false }
        if toSkip > 0 {
            toSkip -= 1
            return
        }
        if headersToSkip > 0 {
            headersToSkip -= 1
            blanks = []
            return
        }
        for blank in blanks {
            rows.append(
                .init(
                    line: blank.line, offset: blank.offset, nextOffset: blank.next, nextLine: blank.line + 1, table: table,
                    fields: [""], notes: []))
        }
        blanks = []
        var (fields, notes) = texts(row)
        if layout.width > 2, fields.count * 2 <= layout.width, let cut = otherDelimiter(row.raw) {
            fields = cut
            notes = [.otherDelimiter]
        }
        if isRepeatedHeader(fields) {
            remarks.append(.init(line: row.line, kind: .repeatedHeader, text: fields.joined(separator: ", ")))
            return
        }
        if blankBefore, beginsTable(fields, row) {
            release(into: &rows)
            begin(fields)
            return
        }
        let found = fields.count
        if found < layout.width {
            notes.append(.short(found: found, expected: layout.width))
            fields += [String](repeating: "", count: layout.width - found)
        } else if found > layout.width {
            notes.append(.long(found: found, expected: layout.width))
        }
        let made = TabularRow(
            line: row.line, offset: row.offset, nextOffset: row.nextOffset, nextLine: row.nextLine, table: table, fields: fields,
            notes: notes)
        // One padded with delimiters is suspect only where it has words instead of a number or a date.
        let isPadded = found == layout.width && layout.strong.first == true && !CellKind(row[0]).isStrong
        if layout.width > 2, found < layout.width || isPadded, !fields[0].isEmpty || found < layout.width,
            fields.dropFirst().allSatisfy(\.isEmpty), held.count < 100
        {
            held.append(made)
            return
        }
        release(into: &rows)
        rows.append(made)
    }

    /// What was held back at the end of the file is a footnote.
    mutating func finish(into rows: inout [TabularRow]) {
        for row in held { remarks.append(.init(line: row.line, kind: .footnote, text: row.fields[0])) }
        held = []
    }

    private mutating func release(into rows: inout [TabularRow]) {
        guard !held.isEmpty else { return }
        for row in held {
            // `# so many rows below`, alone on its line, amid rows of several columns.
            if row.fields[0].hasPrefix("#") {
                remarks.append(.init(line: row.line, kind: .comment, text: row.fields[0]))
            } else {
                rows.append(row)
            }
        }
        held = []
    }

    private func texts(_ row: borrowing DelimitedRow) -> ([String], [TabularRow.Note]) {
        var fields: [String] = []
        fields.reserveCapacity(row.count)
        var foreign = false
        for index in 0..<row.count {
            let (text, isForeign) = TextDecoder.text(row[index], layout.encoding)
            fields.append(text)
            foreign = foreign || isForeign
        }
        var notes: [TabularRow.Note] = row.repaired ? [.quotesRepaired] : []
        if foreign { notes.append(.foreignBytes) }
        return (fields, notes)
    }

    /// A row that one of the other usual delimiters, and only it, cuts to the table's width.
    private func otherDelimiter(_ raw: [UInt8]) -> [String]? {
        for delimiter in [",", ";", "\t", "|", " "] where Array(delimiter.utf8) != layout.dialect.delimiter {
            var dialect = layout.dialect
            dialect.delimiter = Array(delimiter.utf8)
            let rows = SampleRow.read(
                raw, dialect, complete: true, limit: 2, expectedWidth: layout.width, encoding: layout.encoding, texts: true)
            if rows.count == 1, rows[0].width == layout.width { return rows[0].fields }
        }
        return nil
    }

    private func isRepeatedHeader(_ fields: [String]) -> Bool {
        layout.headerRows == 1 && fields.count == layout.width && layout.width > 1
            && zip(fields, layout.header).allSatisfy { $0 == $1 }
    }

    /// After an empty line: words where the table has numbers, or as many words as it has not columns.
    private func beginsTable(_ fields: [String], _ row: borrowing DelimitedRow) -> Bool {
        guard layout.headerRows > 0, fields.count > 1, fields.allSatisfy({ !$0.isEmpty }), Set(fields).count == fields.count
        else {
            return false
        }
        for index in 0..<row.count where CellKind(row[index]).isStrong { return false }
        if fields.count != layout.width { return true }
        let strong = layout.strong.count { $0 }
        return strong * 3 >= layout.width && strong > 0
    }

    private mutating func begin(_ fields: [String]) {
        var next = layout
        next.header = HeaderFinder.names(
            [
                SampleRow(
                    line: 0, afterBlank: true, repaired: false, fields: fields, kinds: fields.map { _ in .text },
                    quoted: fields.map { _ in false })
            ], width: fields.count)
        next.headerRows = 1
        next.preamble = []
        next.strong = fields.map { _ in false }
        tables.append(next)
    }
}
