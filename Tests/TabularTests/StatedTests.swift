import RapportCore
import RapportTabular
import Testing

@Suite("stated dialects")
struct StatedTests {
    private func stated(
        delimiter: String? = nil, quote: String? = nil, escape: String? = nil, encoding: String? = nil, header: String? = nil,
        skip: Int? = nil
    ) throws -> StatedTable {
        try StatedTable(delimiter: delimiter, quote: quote, escape: escape, encoding: encoding, header: header, skip: skip)
    }

    private func read(_ text: String, _ stated: StatedTable) throws -> Table {
        try Table.read(Array(text.utf8), stated: stated).table
    }

    @Test("what is stated is not guessed")
    func parts() throws {
        #expect(try read("a;b,c\n1;2,3\n", stated(delimiter: "comma")) == Table(header: ["a;b", "c"], rows: [["1;2", "3"]]))
        #expect(try read("a|b|1\n", stated(delimiter: "pipe", header: "no")).rows == [["a", "b", "1"]])
        #expect(try read("a,b\n'x,y',2\nz,3\nw,4\n", stated(quote: "none")).rows[0] == ["'x", "y'", "2"])
        #expect(try read("a,b\n'x,y',2\n", stated(quote: "'")).rows == [["x,y", "2"]])
        #expect(try read("a,b\n\"x\\\" y\",2\n", stated(escape: "\\")).rows == [["x\" y", "2"]])
        #expect(try read("a,b\nx\\,y,2\n", stated(escape: "none")).rows == [["x\\", "y", "2"]])
        #expect(try read("1,2\n3,4\n", stated(header: "yes")) == Table(header: ["1", "2"], rows: [["3", "4"]]))
        #expect(try read("name,city\nx,y\n", stated(header: "no")).rows == [["name", "city"], ["x", "y"]])
        let latin = try Table.read([0x61, 0x0A, 0xC3, 0xA9, 0x0A], stated: stated(encoding: "latin-1")).table
        #expect(latin.rows == [["Ã©"]])
    }

    @Test("columns aligned by spaces, the first of them to the right")
    func aligned() throws {
        let text = "   id     date  amount\n    1 20240102   11.77\n  200 20240103    2.00\n 3000 20240115  120.50\n"
        let rows = [["1", "20240102", "11.77"], ["200", "20240103", "2.00"], ["3000", "20240115", "120.50"]]
        #expect(try Table.read(text) == Table(header: ["id", "date", "amount"], rows: rows))
    }

    @Test("lines to skip, and the line of the header, count from the beginning of the file")
    func places() throws {
        let text = "x,y,z\n9,9,9\nname,qty\nA,1\nB,2\n"
        #expect(try read(text, stated(skip: 2)) == Table(header: ["name", "qty"], rows: [["A", "1"], ["B", "2"]]))
        #expect(try read(text, stated(header: "3")) == Table(header: ["name", "qty"], rows: [["A", "1"], ["B", "2"]]))
        let file = try Table.read(Array(text.utf8), stated: stated(header: "3")).file
        #expect(file.layout.headerLine == 3)
        #expect(file.remarks.map(\.line) == [1, 2])
        #expect(throws: TabularError.self) { try read(text, stated(header: "6")) }
    }

    @Test(
        "what cannot be meant is refused with its option",
        arguments: [
            ("delimiter", ["delimiter": "a\nb"]), ("delimiter", ["delimiter": "123456789"]), ("quote", ["quote": "''"]),
            ("quote", ["quote": "é"]), ("escape", ["escape": "ab"]), ("encoding", ["encoding": "ebcdic"]),
            ("header", ["header": "0"]),
            ("header", ["header": "perhaps"]), ("skip", ["skip": "-1"]), ("quote", ["delimiter": "'", "quote": "'"]),
            ("header", ["header": "2", "skip": "5"]),
        ])
    func refusals(option: String, values: [String: String]) {
        let error = #expect(throws: StatedError.self) {
            try stated(
                delimiter: values["delimiter"], quote: values["quote"], escape: values["escape"], encoding: values["encoding"],
                header: values["header"], skip: values["skip"].flatMap(Int.init))
        }
        #expect(error?.option == option)
    }
}
