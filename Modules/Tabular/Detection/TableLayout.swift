/// Where the table of a file stands and what its columns are called.
public struct TableLayout: Sendable, Hashable {
    public var dialect: TableDialect
    public var encoding: TextEncoding
    /// Records before the header that belong to no table.
    public var preamble: [TabularRemark]
    /// 0: the file names no columns.
    public var headerRows: Int
    /// One name a column, unique, never empty. `column_1` and on where the file names none.
    public var header: [String]
    /// Columns whose values are numbers, dates and the like, where most are.
    var strong: [Bool]

    public var width: Int { header.count }

    /// Judges a sample. `complete`: it is the whole file.
    ///
    /// - Parameter hasHeader: stated by whoever knows; `nil` to find out.
    public static func detect(
        _ sample: [UInt8], dialect: TableDialect, encoding: TextEncoding = .utf8, complete: Bool = true, hasHeader: Bool? = nil
    ) -> TableLayout {
        var rows = SampleRow.read(sample, dialect, complete: complete, limit: 1_000, encoding: encoding, texts: true)
        var preamble: [TabularRemark] = []
        if TableDialect.separatorLine(sample) != nil, !rows.isEmpty {
            preamble.append(TabularRemark(line: rows[0].line, kind: .preamble, text: rows[0].fields.joined(separator: " ")))
            rows.removeFirst()
        }
        let first = PreambleFinder.firstTableRow(rows)
        for row in rows[..<first] {
            preamble.append(TabularRemark(line: row.line, kind: .preamble, text: remark(row)))
        }
        let table = Array(rows[first...])
        let headers = hasHeader.map { $0 ? 1 : 0 } ?? HeaderFinder.headerRows(table)
        let body = Array(table.dropFirst(headers))
        let width = HeaderFinder.width(header: table.prefix(headers), body: body)
        return TableLayout(
            dialect: dialect, encoding: encoding, preamble: preamble, headerRows: headers,
            header: HeaderFinder.names(Array(table.prefix(headers)), width: width),
            strong: HeaderFinder.strongColumns(body, width: width))
    }

    static func remark(_ row: SampleRow) -> String { row.fields.filter { !$0.isEmpty }.joined(separator: " ") }
}
