/// Where the table of a file stands and what its columns are called.
public struct TableLayout: Sendable, Hashable {
    public var dialect: TableDialect
    public var encoding: TextEncoding
    /// Records before the header that belong to no table.
    public var preamble: [TabularRemark]
    /// 0: the file names no columns.
    public var headerRows: Int
    /// The physical line of the header, where the file has one.
    public var headerLine: Int64?
    /// Whether quotes in the header did not fit.
    var isHeaderRepaired: Bool
    /// One name a column, unique, never empty. `column_1` and on where the file names none.
    public var header: [String]
    /// Columns whose values are numbers, dates and the like, where most are.
    var strong: [Bool]
    /// The first header row as it stands there, to know it again.
    public internal(set) var written: [String]
    /// How many fields of a record have a value, in most.
    var usualFilled: Int
    /// How many fields most records have, which may be fewer than the header names.
    var usualWidth: Int
    /// What of the dialect was stated, and is not guessed row by row either.
    var stated: Set<Deviation.Kind>
    /// Where the first record below the header starts, in bytes of the decoded text.
    var bodyOffset: Int64

    public var width: Int { header.count }

    var expected: ExpectedRow { ExpectedRow(width: usualWidth, strong: strong, stated: stated) }

    /// Judges a sample. `complete`: it is the whole file.
    ///
    /// - Parameters:
    ///   - stated: which line names the columns and how many do not count, if whoever asks knows.
    public static func detect(
        _ sample: [UInt8], dialect: TableDialect, encoding: TextEncoding = .utf8, complete: Bool = true,
        stated: StatedTable = StatedTable()
    ) -> TableLayout {
        let (header, skip) = (stated.header, stated.skip)
        func read(_ expected: ExpectedRow?) -> (rows: [SampleRow], passed: [SampleRow]) {
            let rows = SampleRow.read(sample, dialect, complete: complete, limit: 1_000, expected: expected, encoding: encoding)
            var passed = rows.prefix { $0.line <= Int64(skip) }.count
            if passed == 0, TableDialect.separatorLine(sample) != nil { passed = min(1, rows.count) }
            if case .line(let number) = header { passed = max(passed, rows.prefix { $0.line < Int64(number) }.count) }
            return (Array(rows[passed...]), Array(rows[..<passed]))
        }
        // First as it comes, then with what most rows have in common in mind.
        let raw = TableFinder(read(nil).rows)
        var expected = ExpectedRow(width: raw.main?.width ?? 0, stated: stated.parts)
        if let main = raw.main {
            expected.strong = HeaderFinder.strongColumns(main.full.prefix(200).map { raw.rows[$0] }, width: main.width)
        }
        let (rows, passed) = read(expected)
        let finder = TableFinder(rows)
        let found = finder.first()
        var (range, names) = (found.rows, found.header)
        switch header {
        case .auto: break
        case .none:
            // Names that were cut otherwise than the rows are none of them.
            if names.contains(where: { $0.width != expected.width }) { range = range.dropFirst(names.count) }
            names = []
        case .first: if names.isEmpty { names = Array(rows[range].prefix(1)) }
        case .line:
            range = 0..<rows.count
            names = Array(rows.prefix(1))
        }
        let body = Array(rows[range].dropFirst(names.count))
        let width = HeaderFinder.width(header: names[...], body: body)
        let fills = body.map(\.filled).sorted()
        return TableLayout(
            dialect: dialect, encoding: encoding,
            preamble: (passed + rows[..<range.lowerBound]).map {
                TabularRemark(line: $0.line, kind: .preamble, text: remark($0))
            },
            headerRows: names.count, headerLine: names.first?.line,
            isHeaderRepaired: names.contains(where: \.isRepaired), header: HeaderFinder.names(names, width: width),
            strong: HeaderFinder.strongColumns(body, width: width), written: names.first?.fields ?? [],
            usualFilled: fills.isEmpty ? 0 : fills[fills.count / 2], usualWidth: HeaderFinder.usualWidth(body) ?? width,
            stated: stated.parts,
            bodyOffset: body.first?.offset ?? names.last?.nextOffset ?? rows[..<range.lowerBound].last?.nextOffset ?? 0)
    }

    static func remark(_ row: SampleRow) -> String { row.fields.filter { !$0.isEmpty }.joined(separator: " ") }
}
