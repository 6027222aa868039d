import Foundation
import RapportCore
import RapportTabular
import Testing

/// Tables of several characters, each polluted in one way: reading gives the clean table back.
@Suite("messy tables")
struct MessyTablesTests {
    struct Character: Sendable, CustomTestStringConvertible {
        var name: String
        var header: [String]
        var rows: [[String]]
        var testDescription: String { name }
        var width: Int { header.count }

        func text(_ writing: StandardFile.Writing = .init(), header other: [String]? = nil) -> String {
            ([other ?? header] + rows).map { StandardFile.line($0, writing) }.joined(separator: writing.newline) + writing.newline
        }
    }

    static let characters: [Character] = {
        var random = SplitMix64(seed: 31)
        func pick(_ from: [String]) -> String { from[Int.random(in: 0..<from.count, using: &random)] }
        func number(_ low: Int, _ high: Int) -> Int { Int.random(in: low...high, using: &random) }
        let words = ["river", "stone", "bridge", "copper", "winter", "young", "open", "market"]
        let standard = StandardFile(seed: 12, rows: 30)
        return [
            Character(name: "goods", header: standard.header, rows: standard.rows),
            Character(
                name: "words only", header: ["Term", "Meaning", "Source"],
                rows: (0..<16).map {
                    [
                        pick(words) + " \($0 < 8 ? pick(words) : "of " + pick(words))",
                        (0..<5).map { _ in pick(words) }.joined(separator: " ") + ($0 % 3 == 0 ? ", or " + pick(words) : ""),
                        pick(["Oxford", "Duden", "Larousse"]),
                    ]
                }),
            Character(
                name: "decimal commas", header: ["Konto", "Betrag", "Kurs", "Anteil"],
                rows: (0..<14).map { _ in
                    [
                        "\(number(100_000, 999_999))", "\(number(1, 99)).\(number(100, 999)),\(number(10, 99))",
                        "0,\(number(1_000, 9_999))", "\(number(1, 99)),5 %",
                    ]
                }),
            Character(
                name: "wide", header: ["Id"] + (1...24).map { "Question \($0)" },
                rows: (1...12).map { row in ["\(row)"] + (1...24).map { _ in pick(["1", "2", "3", "n/a", "", "don't know"]) } }),
        ]
    }()

    @Test(
        "any delimiter and quote, quoted where needed or everywhere", arguments: characters,
        [",", ";", "\t", "|", ", ", ":", "::", "^"])
    func dialects(character: Character, delimiter: String) throws {
        let expected = Table(header: character.header, rows: character.rows)
        for quote in ["\"", "'"] {
            #expect(
                try Table.read(character.text(.init(delimiter: delimiter, quote: quote, escape: quote, always: true))) == expected
            )
        }
        #expect(try Table.read(character.text(.init(delimiter: delimiter))) == expected)
    }

    @Test("a header that lacks names or has too many", arguments: characters)
    func headerWidths(character: Character) throws {
        let width = character.width
        for count in stride(from: 2, to: width, by: max(1, width / 5)) {
            let named = Array(character.header.prefix(count))
            let made = named + (count..<width).map { "column_\($0 + 1)" }
            #expect(try Table.read(character.text(header: named)) == Table(header: made, rows: character.rows), "\(count) names")
            let padded = named + [String](repeating: "", count: width - count)
            #expect(
                try Table.read(character.text(header: padded)) == Table(header: made, rows: character.rows), "\(count), padded")
        }
        for count in [1, 2, 5] {
            let more = character.header + (0..<count).map { "Extra \($0)" }
            let rows = character.rows.map { $0 + [String](repeating: "", count: count) }
            #expect(try Table.read(character.text(header: more)) == Table(header: more, rows: rows), "\(count) more")
        }
    }

    @Test("no header, a counted one, one that comes again, one with a name twice", arguments: characters)
    func headers(character: Character) throws {
        let width = character.width
        let body = character.rows.map { StandardFile.line($0, .init()) + "\n" }
        let head = StandardFile.line(character.header, .init()) + "\n"
        #expect(try Table.read(body.joined()) == Table(header: (1...width).map { "column_\($0)" }, rows: character.rows))
        let counted = (0..<width).map(String.init)
        #expect(try Table.read(character.text(header: counted)) == Table(header: counted, rows: character.rows))
        let again = try Table.read(Array((head + body[..<5].joined() + head + body[5...].joined()).utf8))
        #expect(again.table == Table(header: character.header, rows: character.rows))
        #expect(again.file.remarks.map(\.kind) == [.repeatedHeader])
        let twice = [character.header[0], character.header[0]] + character.header.dropFirst(2)
        let read = try Table.read(character.text(header: twice))
        #expect(read.header[..<2] == [character.header[0], character.header[0] + "_2"])
        #expect(read.rows == character.rows)
    }

    @Test(
        "quotes of a header that do not fit are told with the row below it, once",
        arguments: ["email,\"first_name\nann@b.example,Ann\nbo@b.example,Bo\n", "\"email,first_name\nann@b.example,Ann\n"])
    func header(text: String) throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "header-\(UUID().uuidString).csv")
        try Data(text.utf8).write(to: path)
        defer { try? FileManager.default.removeItem(at: path) }
        let file = try TabularFile.open(path.path())
        var rows: [TabularRow] = []
        while let more = try file.next() { rows += more }
        #expect(file.layout.header == ["email", "first_name"])
        #expect(rows.map { $0.fields[0] }.allSatisfy { $0.hasSuffix("@b.example") })
        #expect(rows.map(\.notes) == [[.headerRepaired]] + rows.dropFirst().map { _ in [] })
    }

    @Test("titles, facts and comments above, notes below: told and no rows", arguments: characters)
    func surroundings(character: Character) throws {
        let expected = Table(header: character.header, rows: character.rows)
        let text = character.text()
        let padding = String(repeating: ",", count: character.width - 1)
        for above in [
            "Figures of the north, and the south\n", "Figures\nof the year\n\n", "Created,2024-05-01 10:00\nBy,Office\n\n",
            "Created,2024-05-01 10:00\nBy,Office\nRows,30\n", "# made by hand\n# twice\n", "Title" + padding + "\n",
        ] {
            let read = try Table.read(Array((above + text).utf8))
            #expect(read.table == expected, "\(above)")
            #expect(read.file.remarks.count == above.split(separator: "\n").count, "\(above)")
            #expect(read.file.remarks.allSatisfy { $0.kind == .preamble })
        }
        for below in ["\nSource: the office\n", "\nFigures of the north, and the south\nSource: us\n", "Source" + padding + "\n"]
        {
            let read = try Table.read(Array((text + below).utf8))
            #expect(read.table == expected, "\(below)")
            #expect(read.file.remarks.map(\.kind) == below.split(separator: "\n").map { _ in .footnote }, "\(below)")
        }
    }

    @Test("a small table above or below a larger one is a table of its own", arguments: characters, ["\n", ""])
    func stacked(character: Character, gap: String) throws {
        let small = Character(
            name: "small", header: ["City", "Visits", "Day", "Note", "Week"],
            rows: (0..<7).map { ["Town \($0)", "\($0 * 3)", "2018-01-0\($0 + 1)", "fine", "\($0)"] })
        for (first, second) in [(small, character), (character, small)] {
            let read = try Table.read(Array((first.text() + gap + second.text()).utf8))
            #expect(read.file.tables.map(\.header) == [first.header, second.header], "\(first.name) first")
            #expect(read.rows.filter { $0.table == 0 }.map(\.fields) == first.rows, "\(first.name) first")
            #expect(read.rows.filter { $0.table == 1 }.map(\.fields) == second.rows, "\(first.name) first")
        }
    }

    @Test("one row, or the header, written in another dialect", arguments: characters)
    func deviatingRows(character: Character) throws {
        let expected = Table(header: character.header, rows: character.rows)
        let lines = ([character.header] + character.rows).map { StandardFile.line($0, .init()) }
        for row in [0, 1, 5, lines.count - 1] {
            let fields = row == 0 ? character.header : character.rows[row - 1]
            for delimiter in [";", "\t", "|"] {
                var other = lines
                other[row] = StandardFile.line(fields, .init(delimiter: delimiter, always: true))
                let read = try Table.read(Array(other.joined(separator: "\n").utf8))
                #expect(read.table == expected, "row \(row), \(delimiter)")
                if row > 0 { #expect(read.rows[row - 1].notes == [.otherDialect]) }
            }
        }
    }

    @Test("a row in another dialect with a line break in quotes, wherever the chunks of the file end")
    func deviatingAcrossChunks() throws {
        let odd = "7;\"Ann; of\nUlm\";\"x \"\"y\"\"\"\n"
        let row = "1,Ann of Gent,fine\n"
        let chunk = 1 << 18
        for shift in stride(from: 0, through: odd.utf8.count + 2, by: 6) {
            var text = "id,name,note\n"
            let count = (chunk - text.utf8.count - shift) / row.utf8.count
            text += String(repeating: row, count: count)
            let missing = chunk - shift - text.utf8.count
            text += "2,\(String(repeating: "n", count: missing + 30)),fine\n".dropFirst(0)
            text += odd + String(repeating: row, count: 40)
            let read = try Table.read(Array(text.utf8))
            #expect(read.rows.count == count + 42)
            #expect(read.rows[count + 1].fields == ["7", "Ann; of\nUlm", "x \"y\""], "shift \(shift)")
            #expect(read.rows.filter { !$0.notes.isEmpty }.map(\.notes) == [[.otherDialect]])
        }
    }

    @Test("a line without end is cut and told, and the rows around it stay")
    func endless() throws {
        let text = "a,b\n1,2\n" + String(repeating: "x,", count: 300_000) + "\n3,4\n"
        let read = try Table.read(Array(text.utf8))
        #expect(read.rows.first?.fields == ["1", "2"])
        #expect(read.rows.last?.fields == ["3", "4"])
        #expect(read.rows.contains { $0.notes.contains(.cut) })
        #expect(read.rows.last?.line == 4)
    }

    @Test(
        "a quote that was never closed swallows no row, whatever quotes come later",
        arguments: [
            [10: "10,\"Ann10 Lee,ann10@x.example,Town 3"],
            [10: "10,\"Ann10 Lee,ann10@x.example,Town 3", 11: "11,Ann11 Lee\",ann11@x.example,Town 4"],
            [10: "10,Ann10 Lee,\"ann10@x.example,Town 3", 30: "30,Ann30 Lee\",ann30@x.example,Town 2"],
            [10: "10,\"Ann10 Lee,ann10@x.example,Town 3", 20: "20,\"Lee, Ann20\",ann20@x.example,Town 6"],
            [10: "10,Ann10 Lee,ann10@x.example,\"Town 3", 21: "\"21\",Ann21 Lee,ann21@x.example,Town 0"],
            [40: "40,\"Ann40 Lee,ann40@x.example,Town 5"],
        ])
    func neverClosed(changed: [Int: String]) throws {
        let lines = (1...40).map { changed[$0] ?? "\($0),Ann\($0) Lee,ann\($0)@x.example,Town \($0 % 7)" }
        let read = try Table.read(Array(("id,name,email,city\n" + lines.joined(separator: "\n") + "\n").utf8))
        #expect(read.rows.map(\.fields[0]) == (1...40).map(String.init))
        #expect(read.rows.map(\.fields[2]) == (1...40).map { "ann\($0)@x.example" })
        let odd = read.rows.filter { !$0.notes.isEmpty }
        #expect(odd.first?.line == Int64(changed.keys.min() ?? 0) + 1, "it is told where the quote opened")
        #expect(odd.allSatisfy { $0.notes == [.quotesRepaired] })
        var oddities = RowOddities()
        for row in read.rows { oddities.take(row) }
        #expect(oddities.kinds.map(\.name) == ["quotes"] && oddities.kinds.first?.lines.first == odd.first?.line)
    }

    @Test("a text of several lines stays one, whatever commas it holds")
    func severalLines() throws {
        let lines = (1...40).map { "\($0),\"Ann\($0), Lee\nsecond line, of \($0)\",ann\($0)@x.example,Town" }
        let read = try Table.read(Array(("id,name,email,city\n" + lines.joined(separator: "\n") + "\n").utf8))
        #expect(read.rows.count == 40)
        #expect(read.rows.allSatisfy { $0.fields[1].contains("second line") && $0.notes.isEmpty })
    }

    @Test("a file of nothing but unclosed quotes is read to its end, line by line")
    func unclosed() throws {
        let lines = (0..<6_000).map { "\($0),\"Fay,Rom" }
        let read = try Table.read(Array(("id,name,city\n1,Ann,Ulm\n2,Bo,Graz\n3,Cy,Oslo\n" + lines.joined(separator: "\n")).utf8))
        #expect(read.rows.count == 6_003)
        #expect(
            read.rows.dropFirst(3).allSatisfy { $0.fields.count == 3 && $0.fields[1] == "Fay" && $0.notes == [.quotesRepaired] })
    }
}
