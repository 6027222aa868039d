import Testing

@testable import RapportMatching

@Suite("Guessing what columns hold")
struct KindTests {
    @Test(
        "by their values, and their name where those leave a doubt",
        arguments: [
            ("x", ["1980-02-13", "1955-11-27", "1962-01-09", "1980-02-13"], ColumnKind.date),
            ("date_of_birth", ["19800213", "19551127", "19620109", "19990101"], .date),
            ("x", ["ada@a.example", "bob@b.example", "cy@c.example"], .email),
            ("Phone", ["(312) 433-0055", "7735512222", "312-555-0199"], .phone),
            ("Zip", ["60651", "60611", "60622"], .postcode),
            ("x", ["ec1a 1bb", "w1a 0ax", "m1 1ae", "b33 8th"], .postcode),
            ("x", ["12 main street", "4516 west anderson court", "7 oak place"], .address),
            ("x", ["ruth", "henry", "paul", "ada"], .name),
            ("x", ["3", "12", "48", "69", "6"], .number),
            ("x", ["yes", "yes", "yes"], .ignored),
            ("born", ["1843", "abt 1850", "12 mar 1849", "3/4/1851"], .date),
            ("price", ["$12.50", "$1,300.00", "$8", "$75.20"], .number),
            ("website", ["http://www.elm.example", "oak.example", "www.ash.example"], .web),
        ])
    func kinds(_ header: String, _ values: [String], _ expected: ColumnKind) {
        let sample = ColumnKind.Sample(header: header, values: values.map { Array($0.utf16) }, records: values.count)
        #expect(ColumnKind.guess(sample) == expected)
    }

    @Test("a column of a few values in a thousand records is a category, one nearly empty is ignored")
    func fill() {
        let state = ColumnKind.Sample(
            header: "state", values: (0..<1_000).map { Array(["nsw", "qld", "wa"][$0 % 3].utf16) }, records: 1_000)
        #expect(ColumnKind.guess(state) == .category)
        let empty = ColumnKind.Sample(header: "x", values: [[97], [98], [99]], records: 10_000)
        #expect(ColumnKind.guess(empty) == .ignored)
    }

    @Test("a number that is different on every record is not compared")
    func serial() {
        var records = MatchRecords(columns: ["serial", "name"])
        for number in 0..<100 {
            records.append([String(number * 7), ["ruth", "henry", "paul"][number % 3] + String(number / 9)])
        }
        #expect(MatchTable(records, stated: [:]).kinds[0].kind == .ignored)
    }

    @Test("days and months are told apart by the days after the twelfth")
    func dayOrder() {
        #expect(ColumnKind.dayFirst(["13/02/1980", "01/02/1990"].map { Array($0.utf16) }) == true)
        #expect(ColumnKind.dayFirst(["02/13/1980", "01/02/1990"].map { Array($0.utf16) }) == false)
        #expect(ColumnKind.dayFirst(["01/02/1990"].map { Array($0.utf16) }) == nil)
    }
}
