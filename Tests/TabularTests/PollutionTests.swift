import RapportCore
import RapportTabular
import Testing

/// Systematic pollutions of a standard file, after the list of G. Vitagliano et al., "Pollock: A Data Loading Benchmark",
/// PVLDB 16(8), 2023. Reading a polluted file gives the table of the clean one wherever that can be known.
@Suite("polluted files")
struct PollutionTests {
    static let seeds: [UInt64] = [1, 2, 3]

    private func expect(
        _ file: StandardFile, _ text: String, _ comment: Comment? = nil, at location: SourceLocation = #_sourceLocation
    )
        throws
    {
        let read = try Table.read(text)
        #expect(read == file.table, comment, sourceLocation: location)
    }

    @Test("the standard file itself", arguments: seeds)
    func standard(seed: UInt64) throws {
        let file = StandardFile(seed: seed)
        try expect(file, file.text())
    }

    @Test(
        "another delimiter",
        arguments: [";", "\t", "|", " ", ", ", ":", "^", "~", "||", "::", "|~|", ";;", "\u{1}", "\u{1F}", "#", "&", "¦", "§"],
        seeds)
    func delimiter(delimiter: String, seed: UInt64) throws {
        let file = StandardFile(seed: seed)
        try expect(file, file.text(.init(delimiter: delimiter)))
        try expect(file, file.text(.init(delimiter: delimiter, always: true)), "everything quoted")
    }

    @Test("another quotation mark", arguments: ["'", "`", "~", "^", "|"], seeds)
    func quote(quote: String, seed: UInt64) throws {
        let file = StandardFile(seed: seed)
        try expect(file, file.text(.init(quote: quote, escape: quote, always: true)))
        if quote == "'" { try expect(file, file.text(.init(quote: quote, escape: quote))) }
    }

    @Test("another escape, or none", arguments: ["\\", ""], seeds)
    func escape(escape: String, seed: UInt64) throws {
        let file = StandardFile(seed: seed)
        try expect(file, file.text(.init(escape: escape)))
        try expect(file, file.text(.init(escape: escape, always: true)))
        try expect(file, file.text(.init(delimiter: ";", escape: escape)))
    }

    @Test("another end of records, or none at the end", arguments: ["\n", "\r\n", "\r"], seeds)
    func newline(newline: String, seed: UInt64) throws {
        let file = StandardFile(seed: seed)
        try expect(file, file.text(.init(newline: newline)))
        try expect(file, file.text(.init(newline: newline, trailing: false)))
        try expect(file, file.text(.init(newline: newline)) + newline, "twice at the end")
    }

    @Test("a preamble above and a footnote below", arguments: seeds)
    func preamble(seed: UInt64) throws {
        let file = StandardFile(seed: seed)
        try expect(file, "Sales of the year\n\n" + file.text())
        try expect(file, "Sales of the year\nSource: the till, and what it says\n\n" + file.text())
        try expect(file, "Report,Sales,,,,,,,\nRun at,2018-09-01,,,,,,,\n" + file.text(), "padded with delimiters")
        try expect(file, "Sales of the year,,,,,,,,\n,,,,,,,,\n" + file.text(), "padded with delimiters")
        try expect(file, "# made by hand\n# twice\n" + file.text())
        try expect(file, file.text() + "\nSource: the till\n")
        try expect(file, "sep=;\n" + file.text(.init(delimiter: ";")))
    }

    @Test("header rows: none, several", arguments: seeds)
    func headers(seed: UInt64) throws {
        let file = StandardFile(seed: seed)
        let body = file.rows.map { StandardFile.line($0, .init()) }.joined(separator: "\n")
        let none = try Table.read(body)
        #expect(none.rows == file.rows)
        #expect(none.header == (1...9).map { "column_\($0)" })
        let units = ["(day)", "(clock)", "(pieces)", "(code)", "(EUR)", "(kind)", "(words)", "(url)", "(words)"]
        for depth in 2...3 {
            let levels = [file.header] + Array(repeating: units, count: depth - 1)
            let read = try Table.read(levels.map { $0.joined(separator: ",") }.joined(separator: "\n") + "\n" + body)
            #expect(read.rows == file.rows)
            let names = (0..<9).map { column in levels.map { $0[column] }.joined(separator: " ") }
            #expect(read.header == names)
        }
    }

    @Test("a single row, a header only, nothing at all")
    func small() throws {
        let file = StandardFile(seed: 4, rows: 1)
        try expect(file, file.text())
        let header = try Table.read(file.header.joined(separator: ",") + "\n")
        #expect(header == Table(header: file.header, rows: []))
        #expect(try Table.read("") == Table(header: [], rows: []))
        #expect(try Table.read("\n\n\n") == Table(header: [], rows: []))
    }

    @Test("two tables: as wide, wider and narrower", arguments: [9, 6, 12])
    func tables(width: Int) throws {
        let file = StandardFile(seed: 5)
        let header = (0..<width).map { "Name\(Character(UnicodeScalar(UInt8(65 + $0))))" }
        let rows = (0..<10).map { row in (0..<width).map { "\(row * 10 + $0)" } }
        let second = ([header] + rows).map { $0.joined(separator: ",") }.joined(separator: "\n") + "\n"
        let read = try Table.read(Array((file.text() + "\n" + second).utf8))
        #expect(read.rows.filter { $0.table == 0 }.map(\.fields) == file.rows)
        #expect(read.rows.filter { $0.table == 1 }.map(\.fields) == rows)
        #expect(read.file.tables.map(\.header) == [file.header, header])
    }

    @Test("a row with a delimiter too few or too many keeps what it has and touches no other", arguments: seeds)
    func ragged(seed: UInt64) throws {
        let file = StandardFile(seed: seed, rows: 20)
        let lines = file.text().split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for row in [0, 1, 7, 19] {
            for column in 0..<9 {
                var cells = file.rows[row].map { StandardFile.cell($0, .init()) }
                var more = lines
                cells.insert("", at: column)
                more[row + 1] = cells.joined(separator: ",")
                let wide = try Table.read(Array(more.joined(separator: "\n").utf8))
                var expected = file.rows
                expected[row].insert("", at: column)
                #expect(wide.table.rows == expected)
                #expect(wide.table.header.prefix(9) == file.header[...])
                #expect(wide.rows[row].notes == [.long(found: 10, expected: 9)])
                #expect(wide.rows[row].line == Int64(row + 2))

                guard column > 0 else { continue }
                var fewer = lines
                cells = file.rows[row].map { StandardFile.cell($0, .init()) }
                // Two unquoted cells grown together.
                guard !cells[column].hasPrefix("\""), !cells[column - 1].hasPrefix("\"") else { continue }
                let joined = cells[column - 1] + cells.remove(at: column)
                cells[column - 1] = joined
                fewer[row + 1] = cells.joined(separator: ",")
                let narrow = try Table.read(Array(fewer.joined(separator: "\n").utf8))
                expected = file.rows
                expected[row].remove(at: column)
                expected[row][column - 1] = joined
                expected[row].append("")
                #expect(narrow.table.rows == expected)
                #expect(narrow.rows[row].notes == [.short(found: 8, expected: 9)])
            }
        }
    }

    @Test("a stray or missing quotation mark harms no other row", arguments: seeds)
    func quotes(seed: UInt64) throws {
        let file = StandardFile(seed: seed, rows: 20)
        for row in [0, 3, 11, 19] {
            for column in 0..<9 {
                for place in ["start", "middle", "end", "unopened", "unclosed"] {
                    var lines = file.text().split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
                    var cells = file.rows[row].map { StandardFile.cell($0, .init()) }
                    let whole = "\"" + file.rows[row][column].replacing("\"", with: "\"\"") + "\""
                    switch place {
                    case "start": cells[column] = "\"" + cells[column]
                    case "middle":
                        let cell = cells[column]
                        cells[column] = String(cell.prefix(cell.count / 2)) + "\"" + String(cell.dropFirst(cell.count / 2))
                    case "end": cells[column] += "\""
                    case "unopened": cells[column] = String(whole.dropFirst())
                    default: cells[column] = String(whole.dropLast())
                    }
                    lines[row + 1] = cells.joined(separator: ",")
                    let read = try Table.read(lines.joined(separator: "\n"))
                    #expect(read.header == file.header)
                    #expect(read.rows.count == file.rows.count, "\(place) \(row) \(column)")
                    for index in read.rows.indices where index != row && index < file.rows.count {
                        #expect(read.rows[index] == file.rows[index], "\(place) \(row) \(column)")
                    }
                    if row < read.rows.count {
                        #expect(read.rows[row].count == 9, "\(place) \(row) \(column): \(lines[row + 1])")
                        for index in 0..<9 where index != column && index < read.rows[row].count {
                            #expect(
                                read.rows[row][index] == file.rows[row][index], "\(place) \(row) \(column): \(lines[row + 1])")
                        }
                    }
                }
            }
        }
    }

    @Test("one row cut at another delimiter", arguments: [" ", ";", "\t"])
    func otherDelimiter(delimiter: String) throws {
        let file = StandardFile(seed: 6, rows: 20)
        for row in 0..<20 {
            var lines = file.text().split(separator: "\n").map(String.init)
            lines[row + 1] = StandardFile.line(file.rows[row], .init(delimiter: delimiter, always: true))
            try expect(file, lines.joined(separator: "\n"), "row \(row)")
        }
    }
}
