/// Turns records into rows of tables: passes over what stands above, pads what is short, holds back what may be a footnote or
/// the beginning of another table.
struct TableWalker {
    private(set) var tables: [TableLayout]
    private(set) var remarks: [TabularRemark]
    /// Remarks beyond those that are kept.
    private(set) var furtherRemarks = 0
    /// Records that start before this belong to the first header or stand above it.
    private let bodyOffset: Int64
    /// Whether the next row has to tell of its header.
    private var tellsOfHeader: Bool
    private var blankBefore = false
    private var blanks: [(line: Int64, offset: Int64, next: Int64)] = []
    private var held: [HeldRow] = []
    private var layout: TableLayout { tables[tables.count - 1] }

    /// Held back at most: a footnote, or the first rows of another table.
    private static let patience = 16
    /// Kept at most, so that memory stays constant whatever a file holds.
    private static let remarkLimit = 10_000
    private static let tableLimit = 1_000

    /// - Parameter resuming: what comes first is in the middle of the table.
    init(_ layout: TableLayout, resuming: Bool) {
        tables = [layout]
        remarks = layout.preamble
        bodyOffset = resuming ? 0 : layout.bodyOffset
        tellsOfHeader = !resuming && layout.isHeaderRepaired
    }

    /// What the next record should be like.
    var expected: ExpectedRow { layout.expected }

    /// Takes one record; appends the rows that are now certain.
    mutating func take(_ row: borrowing DelimitedRow, into rows: inout [TabularRow]) {
        guard row.offset >= bodyOffset else { return }
        if row.isBlank, row.count == 1 {
            blankBefore = true
            // In a single column an empty line is an empty value, unless nothing follows.
            if layout.width == 1, blanks.count < 1_000 { blanks.append((row.line, row.offset, row.nextOffset)) }
            return
        }
        for blank in blanks {
            rows.append(
                TabularRow(
                    line: blank.line, offset: blank.offset, nextOffset: blank.next, nextLine: blank.line + 1,
                    table: tables.count - 1, fields: [""], notes: []))
        }
        blanks = []
        let afterBlank = blankBefore
        blankBefore = false
        let found = row.count
        let layout = self.layout
        var made = tabular(row, layout.encoding)
        if isHeaderAgain(made.fields, layout) {
            remark(row.line, .repeatedHeader, made.fields.joined(separator: ", "))
            return
        }
        // Titles of the next table may stand between the empty line and its header.
        let apart = afterBlank || (!held.isEmpty && held.allSatisfy { $0.filled <= 1 } && held[0].afterBlank)
        if found != layout.width { made.notes += HeldRow.note(found: found, expected: layout.width) }
        let candidate = HeldRow(row: made, found: found, afterBlank: apart)
        if found == layout.width || found == layout.usualWidth, !isPadded(made.fields, layout) {
            if apart, let certain = beginsLikeTable(made, layout) {
                if certain {
                    settle(into: &rows)
                    begin(with: [candidate], into: &rows)
                } else {
                    held.append(candidate)
                }
                return
            }
            if let last = held.last, last.found == found, last.afterBlank {
                // The row below what may be a header tells.
                held.append(candidate)
                if takeTable(atEnd: false, into: &rows) { return }
                held.removeLast()
            }
            release(into: &rows)
            rows.append(candidate.padded(to: layout.width))
            return
        }
        // In tables of one column or two nearly anything may be a value.
        guard layout.width > 2 || found > layout.width || (layout.width == 2 && found < 2) else {
            release(into: &rows)
            rows.append(candidate.padded(to: layout.width))
            return
        }
        held.append(candidate)
        if !takeTable(atEnd: false, into: &rows), held.count > Self.patience { release(into: &rows) }
    }

    /// What was held back at the end of the file is another table, a footnote, or a row after all.
    mutating func finish(into rows: inout [TabularRow]) {
        _ = takeTable(atEnd: true, into: &rows)
        settle(into: &rows)
    }

    /// Begins another table if the held rows are one.
    private mutating func takeTable(atEnd: Bool, into rows: inout [TabularRow]) -> Bool {
        guard let start = newTable(atEnd: atEnd) else { return false }
        let table = Array(held[start...])
        held.removeSubrange(start...)
        settle(into: &rows)
        begin(with: table, into: &rows)
        return true
    }

    /// Held rows turned out to stand amid others.
    private mutating func release(into rows: inout [TabularRow]) {
        guard !held.isEmpty else { return }
        for candidate in held {
            // `# so many rows below`, alone on its line, amid rows of several columns.
            if candidate.filled <= 1, candidate.row.fields[0].hasPrefix("#") {
                remark(candidate.row.line, .comment, candidate.row.fields[0])
            } else {
                rows.append(candidate.padded(to: layout.width))
            }
        }
        held = []
    }

    /// Nothing of this table follows the held rows.
    private mutating func settle(into rows: inout [TabularRow]) {
        let below = held.contains(where: \.afterBlank)
        for candidate in held {
            if candidate.isNote(under: layout, below: below) {
                let text = candidate.row.fields.filter { !$0.isEmpty }.joined(separator: " ")
                remark(candidate.row.line, .footnote, text)
            } else {
                rows.append(candidate.padded(to: layout.width))
            }
        }
        held = []
    }

    private mutating func remark(_ line: Int64, _ kind: TabularRemark.Kind, _ text: String) {
        if remarks.count < Self.remarkLimit {
            remarks.append(.init(line: line, kind: kind, text: text))
        } else {
            furtherRemarks += 1
        }
    }

    private mutating func tabular(_ row: borrowing DelimitedRow, _ encoding: TextEncoding) -> TabularRow {
        var fields: [String] = []
        fields.reserveCapacity(row.count)
        var foreign = false
        for index in 0..<row.count {
            let (text, isForeign) = TextDecoder.text(row[index], encoding)
            fields.append(text)
            foreign = foreign || isForeign
        }
        var notes: [TabularRow.Note] = []
        if tellsOfHeader { notes.append(.headerRepaired) }
        tellsOfHeader = false
        if row.repaired { notes.append(.quotesRepaired) }
        if row.isCut { notes.append(.cut) }
        if row.deviates { notes.append(.otherDialect) }
        if foreign { notes.append(.foreignBytes) }
        return TabularRow(
            line: row.line, offset: row.offset, nextOffset: row.nextOffset, nextLine: row.nextLine, table: tables.count - 1,
            fields: fields, notes: notes)
    }

    /// A title that is padded with delimiters, in a table whose rows have more than one value.
    private func isPadded(_ fields: [String], _ layout: TableLayout) -> Bool {
        guard layout.width > 2, fields[1].isEmpty, !fields[0].isEmpty, fields.dropFirst().allSatisfy(\.isEmpty) else {
            return false
        }
        return (layout.strong.first == true && !CellKind(of: fields[0]).isStrong) || layout.usualFilled * 2 > layout.width
    }

    private func isHeaderAgain(_ fields: [String], _ layout: TableLayout) -> Bool {
        layout.headerRows == 1 && layout.width > 1 && fields.count == layout.written.count && fields == layout.written
    }

    /// After an empty line, a row of the table's width: words where the table has numbers. `nil`: it does not look like a header;
    /// `false`: what follows will tell.
    private func beginsLikeTable(_ row: TabularRow, _ layout: TableLayout) -> Bool? {
        guard layout.headerRows > 0, layout.width > 1, tables.count < Self.tableLimit, row.fields.allSatisfy({ !$0.isEmpty }),
            Set(row.fields).count == row.fields.count, row.fields.allSatisfy({ !CellKind(of: $0).isStrong })
        else { return nil }
        let strong = layout.strong.count { $0 }
        return strong > 0 && strong * 3 >= layout.width
    }

    /// Where among the held rows another table begins, if one does: several rows of another width, the first of which names them.
    private func newTable(atEnd: Bool) -> Int? {
        guard let last = held.last, last.found > 1, last.filled > 1, tables.count < Self.tableLimit else { return nil }
        let count = held.reversed().prefix { $0.found == last.found && $0.filled > 1 }.count
        let start = held.count - count
        let titles = held[..<start].reversed().prefix { $0.filled <= 1 }
        let apart = held[start].afterBlank || titles.contains(where: \.afterBlank)
        // Not at every row, so that a file in which no row fits stays quick to read.
        guard count >= (apart ? 2 : 3), atEnd || [2, 3, 8].contains(count) else { return nil }
        guard apart || held[start].row.fields.allSatisfy({ CellKind(of: $0) == .text }) else { return nil }
        guard !held[start...].contains(where: \.isSentence) else { return nil }
        let rows = held[start...].map { SampleRow($0.row, count: $0.found, afterBlank: $0.afterBlank) }
        let evidence = HeaderFinder.evidence(rows[0], over: Array(rows.dropFirst()))
        let words = rows[0].kinds.allSatisfy { $0 == .text }
        if last.found == layout.width || last.found == layout.usualWidth {
            // As wide as this table: numbers or dates in other columns.
            let strong = HeaderFinder.strongColumns(Array(rows.dropFirst()), width: last.found)
            let new = strong.indices.contains { strong[$0] && !(layout.strong.indices.contains($0) && layout.strong[$0]) }
            return apart && words && new && evidence.typed > 0 && evidence.sum > 0 ? start : nil
        }
        if apart { return evidence.sum > 0 || words || (count >= 3 && !fits(rows)) ? start : nil }
        // Rows that lack their last values are of another width too, and are no table.
        return words && evidence.typed > 0 && evidence.sum > 0 && !fits(rows) ? start : nil
    }

    /// Whether rows have numbers and dates where the table has.
    private func fits(_ rows: [SampleRow]) -> Bool {
        let columns = layout.strong.indices.filter { layout.strong[$0] && $0 < rows[0].width }
        guard !columns.isEmpty else { return false }
        let fitting = rows.reduce(0) { sum, row in sum + columns.count { row.kinds[$0].isStrong || row.kinds[$0] == .empty } }
        return fitting * 4 >= rows.count * columns.count * 3
    }

    private mutating func begin(with table: [HeldRow], into rows: inout [TabularRow]) {
        let sample = table.map { SampleRow($0.row, count: $0.found, afterBlank: $0.afterBlank) }
        let headers = sample.count == 1 ? 1 : HeaderFinder.headerRows(sample)
        let body = Array(sample.dropFirst(headers))
        var next = layout
        next.headerRows = headers
        next.headerLine = headers > 0 ? sample[0].line : nil
        next.written = headers > 0 ? sample[0].fields : []
        next.header = HeaderFinder.names(Array(sample.prefix(headers)), width: sample[0].width)
        next.preamble = []
        next.strong = HeaderFinder.strongColumns(body, width: sample[0].width)
        next.usualWidth = sample[0].width
        next.usualFilled = body.map(\.filled).max() ?? 0
        tables.append(next)
        for candidate in table.dropFirst(headers) {
            var row = candidate.row
            row.table = tables.count - 1
            row.notes.removeAll { if case .short = $0 { true } else if case .long = $0 { true } else { false } }
            rows.append(row)
        }
    }
}
