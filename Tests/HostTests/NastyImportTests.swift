import Foundation
import RapportCore
import RapportHost
import RapportIntegration
import RapportStorage
import RapportTestKit
import Testing

/// Files as nobody should write them.
@Suite("Imports of nasty files")
struct NastyImportTests {
    private static let map = """
        source: t
        as: people
        identifiers: {email: email}
        fields: {first_name: first, birthday: {column: born, date: D/M/YYYY}}
        """

    private func bring(_ house: ImportHouse, _ bytes: [UInt8], name: String = "a.csv", map: String = map) async throws
        -> ImportReport
    {
        let (file, mapping) = (house.folder.appending(path: name), house.folder.appending(path: "map.yaml"))
        try Data(bytes).write(to: file)
        try Data(map.utf8).write(to: mapping)
        let plan = try await house.rapport.importPlan(of: file.path(), mapping: mapping.path(), source: nil)
        let importer = try await house.rapport.importer()
        return try await house.rapport.stepping { try await importer.run(plan) }
    }

    @Test("a quote that is never closed loses no row, and is told with its file and line, in a rehearsal too")
    func neverClosed() async throws {
        try await ImportHouse.with(.sqlite) { house in
            var lines = (1...30).map { "a\($0)@x.example,Ann\($0),1/1/1990" }
            lines[6] = "a7@x.example,\"Ann7,1/1/1990"
            lines[8] = "a9@x.example,\"Ann9\",1/1/1990"
            let text = "email,first,born\n" + lines.joined(separator: "\n") + "\n"
            let plan = try await house.plan("people.csv", text, map: Self.map)
            let rehearsed = try await house.rapport.importer().rehearse(plan)
            let report = try await bring(house, Array(text.utf8), name: "people.csv")
            #expect(report.progress.records == 30 && report.progress.rejected == 0)
            for oddities in [rehearsed.oddities, report.oddities] {
                #expect(oddities.records == 1)
                #expect(oddities.first.map { "\($0)" } == ["people.csv:8: quotes did not fit and were repaired"])
            }
        }
    }

    @Test(
        "what cannot come in is rejected with its line, and the rest comes in",
        arguments: [
            ("a day that no calendar has", "email,first,born\na@x.example,A,31/02/1990\nb@x.example,B,28/02/1990\n", 1, [2]),
            ("swapped columns", "email,first,born\nAnn,a@x.example,1/1/1990\nb@x.example,B,1/1/1990\n", 1, [2]),
            (
                "a cell of a megabyte",
                "email,first,born\na@x.example,A,1/1/1990\nb@x.example,\(String(repeating: "x", count: 1_000_000)),\nc@x.example,C,\n",
                2, [3]
            ),
            ("a NUL", "email,first,born\na@x.example,A\u{0}n,1/1/1990\nb@x.example,B,1/1/1990\n", 1, [2]),
            ("a name of 300 letters", "email,first,born\na@x.example,\(String(repeating: "é", count: 300)),1/1/1990\n", 1, []),
            (
                "line ends of each kind",
                "email,first,born\r\na@x.example,A,1/1/1990\nb@x.example,B,1/1/1990\r\nc@x.example,C,1/1/1990\r\n", 3, []
            ),
            ("the header twice", "email,first,born\na@x.example,A,1/1/1990\nemail,first,born\nb@x.example,B,1/1/1990\n", 2, []),
            ("a header and no rows", "email,first,born\n", 0, []),
            ("nothing", "", 0, []),
        ] as [(String, String, Int64, [Int])])
    func nasty(what: String, text: String, added: Int64, rejected: [Int]) async throws {
        try await ImportHouse.with(.sqlite) { house in
            let report = try await bring(house, Array(text.utf8))
            #expect(report.progress.added == added, "\(what)")
            #expect(report.problems.compactMap(\.place?.line) == rejected, "\(what)")
            #expect(report.progress.rejected == Int64(rejected.count), "\(what)")
        }
    }

    @Test("a guess tells an empty file from one with a header, and names what it leaves out")
    func guessingFromNothing() async throws {
        try await ImportHouse.with(.sqlite) { house in
            func write(_ text: String) throws -> String {
                let file = house.folder.appending(path: "file.csv")
                try Data(text.utf8).write(to: file)
                return file.path()
            }
            for (text, columns) in [("", []), ("email,Shoe Size\n", ["email", "Shoe Size"])] as [(String, [String])] {
                let path = try write(text)
                #expect(try house.rapport.header(of: path) == columns)
                let plan = try await house.rapport.importPlan(of: path, mapping: nil, source: nil)
                let importer = try await house.rapport.importer()
                let report = try await house.rapport.stepping { try await importer.run(plan) }
                #expect(report.progress.records == 0)
                #expect(try await house.rapport.guess(of: path, source: nil).isEmpty == columns.isEmpty)
            }
            let guess = try await house.rapport.guess(of: write("email,Shoe Size\nann@x.example,38\n"), source: nil)
            #expect(try guess.leftOut(.people).map(\.name) == ["shoe_size"])
            #expect(try guess.leftOut(.people).map(\.column) == ["Shoe Size"])
            let order = try await house.rapport.guess(of: write("order,email,total,note\n1,ann@x.example,3,x\n"), source: nil)
            #expect(try order.leftOut(.orders).isEmpty, "orders keep what they do not know")
        }
    }

    @Test("UTF-16 with and without its mark, and what is no UTF-8, come in as they were meant")
    func encodings() async throws {
        let text = "email,first,born\nann@x.example,Jürgen,1/1/1990\n"
        let utf16 = text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        let latin = text.unicodeScalars.map { UInt8($0.value) }
        for bytes in [[0xFF, 0xFE] + utf16, utf16, latin, [0xEF, 0xBB, 0xBF] + Array(text.utf8)] {
            try await ImportHouse.with(.sqlite) { house in
                _ = try await bring(house, bytes)
                let name = try await house.rapport.database.read { db in
                    try People.record(of: try #require(try People.find("ann@x.example", in: db)), in: db)?["first_name"]?.text
                }
                #expect(name == "Jürgen")
            }
        }
    }

    @Test(
        "bytes that are no table bring nothing and harm nothing; a file that is cut short says so, and what was read is known again"
    )
    func damaged() async throws {
        try await ImportHouse.with(.sqlite) { house in
            var random = SplitMix64(seed: 5)
            let noise = (0..<100_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            _ = try await bring(house, noise)
            #expect(try await house.count("SELECT COUNT(*) FROM events") == 0)
            let problem = await #expect(throws: Problem.self) {
                try await bring(house, [0x1F, 0x8B, 8, 0] + Array("no gzip".utf8), name: "b.csv.gz")
            }
            #expect(problem?.description.contains("b.csv.gz") == true)
            let states = try await house.rapport.database.read { db in try Imports.list(5, in: db).map(\.state) }
            #expect(states.first == .stopped)
        }
    }

    @Test("a packed cell of 100 MB is rejected, cut before it fills the memory")
    func bomb() async throws {
        try await ImportHouse.with(.sqlite) { house in
            let file = house.folder.appending(path: "bomb.csv")
            try Data("email,first\na@x.example,A\n".utf8 + [UInt8](repeating: 0x61, count: 100_000_000)).write(to: file)
            let packed = try await Self.run("/bin/gzip", ["-1", file.path()])
            #expect(packed == 0)
            let map = house.folder.appending(path: "map.yaml")
            try Data("source: t\nas: people\nidentifiers: {email: email}\nfields: {first_name: first}\n".utf8).write(to: map)
            let plan = try await house.rapport.importPlan(of: file.path() + ".gz", mapping: map.path(), source: nil)
            let importer = try await house.rapport.importer()
            let report = try await house.rapport.stepping { try await importer.run(plan) }
            #expect(report.progress.added == 1)
            #expect(report.progress.rejected > 0)
        }
    }

    private static func run(_ program: String, _ arguments: [String]) async throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        return try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
    }

    @Test("a mapping that names a column that is not there says which, and which may be meant")
    func missingColumn() async throws {
        try await ImportHouse.with(.sqlite) { house in
            let report = try await bring(house, Array("email,frist,born\na@x.example,A,1/1/1990\n".utf8))
            #expect(report.progress.added == 1)
            #expect(report.unseen.map(\.reason) == ["no record has a column \"first\""])
            #expect(report.unseen.first?.remedy == "Did you mean \"frist\"?")
        }
    }

    @Test("permissions without date, place and wording are unproven, however they say yes")
    func unproven() async throws {
        try await ImportHouse.with(.sqlite) { house in
            let map = """
                source: t
                as: permissions
                identifiers: {email: email}
                status: {column: ok}
                brand: shop
                topic: news
                channel: email
                """
            let report = try await bring(house, Array("email,ok\na@x.example,yes\nb@x.example,maybe\n".utf8), map: map)
            #expect(report.progress.added == 1)
            #expect(report.problems.map(\.code) == ["import.unknown_status"])
            let text = try await house.rapport.database.read { db in try db.text("SELECT properties FROM events") } ?? ""
            let properties = try JSONValue(parsing: text)
            #expect(properties["date"] == nil && properties["where"] == nil && properties["wording"] == nil)
        }
    }

    @Test(
        "a mapping is proposed from columns and first rows, and can be used as it is",
        arguments: [
            (
                "E-Mail,Vorname,Geburtsdatum\nann@x.example,Ann,24.12.1990\n", RecordRule.Target.people,
                "birthday: {column: \"Geburtsdatum\", date: \"DD.MM.YYYY\"}"
            ),
            (
                "Order ID,Email,Created at,Total,Currency,Note\n7,ann@x.example,2024-05-01 10:00:00,\"12,50\",EUR,x\n", .orders,
                "total: {column: \"Total\", number: \",\"}"
            ),
            ("SKU,Name,Price\nT1,Tea,3\n", .products, "key: \"SKU\""),
            ("Domain,Company,Industry\nnorth.example,North,Energy\n", .accounts, "name: \"Company\""),
            ("event,user_id,timestamp\nSpun Wheel,u1,2024-05-01T10:00:00Z\n", .events, "kind: {column: \"event\"}"),
            (
                "email,consent_date,wording,where,topic\nann@x.example,2024-05-01,Yes please,till,news\n", .permissions,
                "where: {column: \"where\"}"
            ),
        ] as [(String, RecordRule.Target, String)])
    func guessing(text: String, target: RecordRule.Target, line: String) async throws {
        try await ImportHouse.with(.sqlite) { house in
            let file = house.folder.appending(path: "file.csv")
            try Data(text.utf8).write(to: file)
            let guess = try await house.rapport.guess(of: file.path(), source: nil)
            #expect(guess.target == target)
            let yaml = try guess.yaml(target)
            #expect(yaml.contains(line), "\(yaml)")
            let report = try await bring(house, Array(text.utf8), name: "file.csv", map: yaml)
            #expect(report.progress.added == 1, "\(yaml)\n\(report.problems)")
        }
    }
}
