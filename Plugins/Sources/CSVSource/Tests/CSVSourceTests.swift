import CSVSource
import Foundation
import RapportCore
import RapportPluginKit
import RapportTestKit
import Testing

@Suite("source.csv")
struct CSVSourceTests {
    private let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "rapport-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
    }

    private func source(_ values: [String: JSONValue]) throws -> CSVSource {
        try CSVSource(settings: Settings(values: values), environment: .testing(folder: folder))
    }

    @Test("every row of every matching file comes with names and line, and a bookmark ends each batch")
    func reads() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try write("b.csv", "id;name\n3;Cy\n")
        try write("a.csv", "Title\n\nid,name\n1,Ann\n2,\"B, o\"\n")
        let sink = CollectingSink()
        try await source(["path": "*.csv"]).read(after: nil, into: sink)
        #expect(sink.records.map(\.line) == [4, 5, 2])
        #expect(sink.records.map(\.values) == [["1", "Ann"], ["2", "B, o"], ["3", "Cy"]])
        #expect(sink.records.map(\.names) == [["id", "name"], ["id", "name"], ["id", "name"]])
        #expect(sink.records.map(\.stream) == ["a.csv", "a.csv", "b.csv"])
        #expect(sink.bookmarks.count == 2)
    }

    @Test(
        "a workbook, a document or a picture is refused by name; text that begins a little like one is read",
        arguments: [
            ("PK\u{3}\u{4}…", "a zip file or a workbook (.xlsx)"), ("%PDF-1.7\n%", "a PDF file"), ("\u{7F}ELF", "a program"),
            ("SQLite format 3\0", "a database"), ("PK,name\n1,Ann\n", nil), ("%PDF,name\n1,Ann\n", nil),
        ] as [(String, String?)])
    func noText(text: String, kind: String?) async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try write("a.csv", text)
        let sink = CollectingSink()
        guard let kind else {
            try await source(["path": "a.csv"]).read(after: nil, into: sink)
            return #expect(sink.records.map(\.values) == [["1", "Ann"]])
        }
        let refused = await #expect(throws: Problem.self) {
            try await source(["path": "a.csv"]).read(after: nil, into: sink)
        }
        #expect(refused?.reason == "this is \(kind), not text" && sink.records.isEmpty)
    }

    @Test("it passes the conformance suite, over several files")
    func conformance() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for name in ["a", "b", "c"] {
            try write("\(name).csv", "id,name\n" + (1...40).map { "\(name)\($0),\"Änn\n\($0)\"\n" }.joined())
        }
        let report = await SourceConformance(count: 120) { try source(["path": "*.csv"]) }.run()
        #expect(report.failures.isEmpty, "\(report)")
        #expect(report.checks > 8)
    }

    @Test("after its last bookmark a source reads only what has been added")
    func resumes() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try write("a.csv", "id,name\n1,Ann\n2,Bo\n")
        let source = try source(["path": "a.csv"])
        let first = CollectingSink()
        try await source.read(after: nil, into: first)
        let bookmark = try #require(first.bookmarks.last)
        let second = CollectingSink()
        try await source.read(after: bookmark, into: second)
        #expect(second.records.isEmpty)
        try write("a.csv", "id,name\n1,Ann\n2,Bo\n3,Cy\n")
        let third = CollectingSink()
        try await source.read(after: bookmark, into: third)
        #expect(third.records.map(\.line) == [4])
        try write("a.csv", "id,name\n9,Zoe\n2,Bo\n3,Cy\n")
        let fourth = CollectingSink()
        try await source.read(after: bookmark, into: fourth)
        #expect(fourth.records.count == 3, "another file under the same name is read from its start")
    }

    @Test("reading goes on in a second table of a file as if it had not stopped")
    func tables() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let people = (1...40).map { "\($0),Person \($0),\(20 + $0)" }.joined(separator: "\n")
        let orders = (1...40).map { "O-\($0),2024-01-\(10 + $0 % 20),\($0).50,EUR,paid" }.joined(separator: "\n")
        try write("a.csv", "id,name,age\n\(people)\n\nnumber,day,total,currency,state\n\(orders)\n")
        let source = try source(["path": "a.csv"])
        let whole = CollectingSink()
        try await source.read(after: nil, into: whole)
        #expect(Set(whole.records.map(\.stream)).count == 2, "two tables are seen")
        for (bookmark, count) in whole.positions {
            let rest = CollectingSink()
            try await source.read(after: bookmark, into: rest)
            #expect(rest.records == Array(whole.records.dropFirst(count)))
        }
    }

    @Test("odd rows keep what they have and say so; a footnote is reported")
    func ragged() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try write("a.csv", "id,name,city\n1,Ann,Rome\n2,Bo\n3,Cy,Oslo,extra\n4,Di,Bern\nSource: us\n")
        let sink = CollectingSink()
        try await source(["path": "a.csv"]).read(after: nil, into: sink)
        #expect(
            sink.records.map(\.values) == [
                ["1", "Ann", "Rome"], ["2", "Bo", ""], ["3", "Cy", "Oslo", "extra"], ["4", "Di", "Bern"],
            ])
        #expect(sink.records.map(\.notes.count) == [0, 1, 1, 0])
        #expect(sink.records[2].names == ["id", "name", "city", "column_4"])
        #expect(sink.problems.map(\.place?.line) == [6])
    }

    @Test("what the settings state is not guessed, and nonsense is refused by name")
    func settings() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try write("a.csv", "1;a,b\n2;c,d\n")
        let sink = CollectingSink()
        try await source(["path": "a.csv", "delimiter": ",", "header": "no"]).read(after: nil, into: sink)
        #expect(sink.records.map(\.values) == [["1;a", "b"], ["2;c", "d"]])
        #expect(throws: Problem.self) { try source([:]) }
        #expect(throws: Problem.self) { try source(["path": "a.csv", "quote": "quote"]) }
        let refused = #expect(throws: Problem.self) { try source(["path": "a.csv", "header": "perhaps"]) }
        #expect(refused?.place?.path == "header")
        let report = try await source(["path": "a.csv"]).probe()
        #expect(report.findings.count == 1)
        await #expect(throws: Problem.self) { try await source(["path": "none.csv"]).read(after: nil, into: CollectingSink()) }
    }
}
