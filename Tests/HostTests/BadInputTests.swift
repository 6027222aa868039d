import CPhoneNumber
import Foundation
import RapportCheckup
import RapportCore
import RapportHost
import RapportIntegration
import RapportStorage
import RapportTestKit
import Testing

/// One list of everything that lists should not hold, through a checkup and through an import: no row is lost, and each that is not
/// in is named by its line.
@Suite("Bad input")
struct BadInputTests {
    private struct Row {
        var address: String
        var first: String
        var last = ""
        var phone = ""
        var born = ""
        /// Not to be in: a value of it is none.
        var isBad = false

        var line: String {
            [address, first, last, phone, born].map { "\"\($0.replacing("\"", with: "\"\""))\"" }.joined(separator: ",")
        }
    }

    private static let names = [
        "李小龍", "Владимир", "محمد عبد الله", "אברהם", "ศรีสุดา", "Þórður", "Nguyễn Thị Minh", "Ἀριστοτέλης", "გიორგი", "Հայկ",
        "தமிழ்ச்செல்வி", "අනුර", "ངག་དབང", "ဒေါ်အောင်", "ሰላም", "ᏣᎳᎩ", "o'Brien-Smith", "X Æ A-12", "Jean\u{AD}Luc", "e\u{301}ric",
        "\u{202E}evil", "👩‍👩‍👧 Smith", "Robert'); DROP TABLE people;--", "=cmd|' /C calc'!A0", "a\tb", "\u{1F}x", "\u{FFFD}",
        String(repeating: "a", count: 300), String(repeating: "漢", count: 300), String(repeating: "👩‍👩‍👧", count: 300),
    ]
    private static let days = [
        ("31/02/1990", true), ("30/02/2001", true), ("29/02/1999", true), ("32/12/1980", true), ("12/31/1999", true),
        ("yesterday", true), ("99999999", true), ("29/02/2000", false), ("01/02/1980", false),
    ]

    private static func example(_ region: String, mobile: Bool, _ style: rapport_phone_style) -> String? {
        var output = [CChar](repeating: 0, count: 48)
        guard rapport_phone_example(region, mobile, style, &output, output.count) else { return nil }
        return String(decoding: output.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func rows() throws -> (rows: [Row], numbers: [String]) {
        var rows: [Row] = []
        func address() -> String { "n\(rows.count)@example.org" }
        for name in names { rows.append(Row(address: address(), first: name, last: String(name.reversed()))) }
        for (day, isBad) in days { rows.append(Row(address: address(), first: "Ann", last: "Day", born: day, isBad: isBad)) }
        for (first, second) in [("Ann", "ann@example.org"), ("Müller", "x@y.example"), ("01/02/1980", "+447700900123")] {
            rows.append(Row(address: first, first: second, last: "Swapped", isBad: true))
        }
        rows.append(Row(address: "swapped@example.org", first: "01/02/1980", phone: "Ann", born: "+447700900123", isBad: true))
        var numbers: [String] = []
        for region in Locale.Region.isoRegions.map(\.identifier).filter({ $0.count == 2 }).sorted() {
            guard let written = example(region, mobile: true, rapport_phone_style_international),
                let number = example(region, mobile: true, rapport_phone_style_e164)
            else { continue }
            numbers.append(number)
            rows.append(Row(address: address(), first: region, last: "Phone", phone: written))
        }
        // Last, since some hold line ends of their own.
        for item in try IsEmail.cases() where !item.address.contains("\0") {
            rows.append(Row(address: item.address, first: "Is", last: "Email"))
        }
        return (rows, numbers)
    }

    @Test(
        "names in any script, addresses of every kind, phones of every country, days of no calendar and swapped columns",
        arguments: [DatabaseKind.sqlite])
    func everything(_ kind: DatabaseKind) async throws {
        let (rows, numbers) = try Self.rows()
        #expect(numbers.count > 220)
        let text = "email,first,last,phone,born\n" + rows.map { $0.line + "\n" }.joined()
        try await ImportHouse.with(kind) { house in
            let map = """
                source: bad
                as: people
                identifiers: {email: email, phone: phone}
                fields: {first_name: first, last_name: last, birthday: {column: born, date: D/M/YYYY}}
                """
            let report = try await house.bring("list.csv", text, map: map)
            #expect(report.progress.records == Int64(rows.count))
            let (said, rejected) = try await house.rapport.database.read { db in
                let all = try db.integer(
                    """
                    SELECT COUNT(*) FROM events JOIN kinds ON kinds.id = events.kind WHERE kinds.name = 'person.identified'
                    """)
                let lines = try db.all("SELECT DISTINCT line FROM import_rejects ORDER BY line") { $0.integer(0) }
                return (all ?? 0, lines)
            }
            let accounted = said + report.progress.duplicates + report.progress.rejected
            #expect(accounted == Int64(rows.count), "each row is in, known or out")
            // Rows stand on lines of their own but where a value has several.
            let lines = Self.lines(rows)
            for (row, line) in zip(rows, lines) where row.isBad { #expect(rejected.contains(line), "\(row.line) on \(line)") }
            for (row, line) in zip(rows, lines) where row.last == "Phone" { #expect(!rejected.contains(line), "\(row.line)") }
            let kept = Set(
                try await house.rapport.database.read { db in
                    try db.all("SELECT value FROM identifiers ORDER BY kind, value, holder") { $0.text(0) }
                })
            #expect(numbers.filter { !kept.contains($0) } == [])
            let values = try await house.rapport.database.read { db in
                try db.all("SELECT value FROM personal_values ORDER BY id") { $0.text(0) }
            }.joined(separator: "\n")
            for name in Self.names where !name.contains("\u{1F}") && !name.contains("\t") && !name.hasPrefix("=") {
                #expect(values.contains(name.prefix(40)), "\(name)")
            }
            let again = try await house.bring("list.csv", text, map: map)
            #expect(again.progress.added == 0)
        }
    }

    @Test("a checkup of it counts every row and says of each bad one what is wrong")
    func checked() async throws {
        let rows = try Self.rows().rows
        let file = FileManager.default.temporaryDirectory.appending(path: "bad-\(UUID().uuidString).csv")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(("email,first,last,phone,born\n" + rows.map { $0.line + "\n" }.joined()).utf8).write(to: file)
        let box = Box()
        var options = Checkup.Options(today: CivilDate(daysSince1970: 20_400))
        options.country = "GB"
        let report = try await Checkup.run([file.path()], options: options, sink: { box.values.append($0) })
        #expect(report.rows == rows.count)
        let named = Set(box.values.map(\.line))
        for (row, line) in zip(rows, Self.lines(rows)) where row.isBad { #expect(named.contains(line), "\(row.line)") }
        let impossible = box.values.filter { $0.finding == .impossiblePhone }
        #expect(impossible.allSatisfy { !$0.value.hasPrefix("+") }, "an example of a region is a number")
    }

    private final class Box { var values: [FoundValue] = [] }

    private static func lines(_ rows: [Row]) -> [Int64] {
        var line: Int64 = 2
        return rows.map { row in
            defer { line += 1 + Int64(row.line.unicodeScalars.count { $0 == "\n" }) }
            return line
        }
    }
}
