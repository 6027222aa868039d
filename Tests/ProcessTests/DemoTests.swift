import Foundation
import RapportCore
import RapportTestKit
import Testing

/// The demo as a newcomer runs it.
@Suite("The demo", .serialized)
struct DemoTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let programs = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()

    @Test("tells one Monday, its numbers agree, the planted get their reasons, and nobody gets a mail twice")
    func story() async throws { try await tell([]) }

    @Test("tells the same on PostgreSQL, again and again, and touches no database that is not its own")
    func onPostgres() async throws {
        guard DatabaseKind.available.contains(.postgres) else { return }
        try await TemporaryDatabase.withURL(.postgres, migrations: []) { url in
            try await tell(["--database", url])
            try await tell(["--database", url])
        }
        try await TemporaryDatabase.withURL(.postgres) { url in
            let home = FileManager.default.temporaryDirectory.appending(path: "demo-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: home) }
            let (code, text) = try await Program.run(
                Self.programs.appending(path: "rapport").path(), ["demo", "--home", home.path(), "--database", url])
            #expect(code != 0)
            #expect(text.contains("holds tables that are not the demo's"), "\(text)")
        }
    }

    private func tell(_ more: [String]) async throws {
        let home = FileManager.default.temporaryDirectory.appending(path: "demo-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: home) }
        let text = try await run(
            Self.programs.appending(path: "rapport").path(), ["demo", "--json", "--home", home.path()] + more)
        let told = try JSONValue(parsing: text)
        try checkMonday(told)
        checkPlanted(try #require(told["decisions"]?["planted"]?.array))
        try checkPlug(told, home)
        try await checkSegments(told, home)
        try await checkCampaigns(told, home)
    }

    private func number(_ value: JSONValue?) throws -> Int64 { try #require(value?.integer) }

    private func sum(_ value: JSONValue?) -> Int64 { (value?.object ?? []).reduce(0) { $0 + ($1.value.integer ?? 0) } }

    private func checkMonday(_ told: JSONValue) throws {
        let rows = (told["mess"]?["files"]?.array ?? []).reduce(Int64(0)) { $0 + ($1["rows"]?.integer ?? 0) }
        #expect(try rows == number(told["mess"]?["rows"]))
        let decisions = told["decisions"]
        let members = try number(told["usual"]?["members"])
        #expect(try number(decisions?["asked"]) == members)
        #expect(try number(decisions?["sent"]) > 10)
        // A message that was stopped at the gate was decided upon first, and counts among the dropped.
        let asked = try number(decisions?["sent"]) + sum(decisions?["deferred"]) + sum(decisions?["dropped"])
        #expect(asked == members)
        let days = try #require(told["week"]?["days"]?.array)
        #expect(days.count == 7)
        for kind in ["message.sent", "link.clicked", "order.placed", "complaint.closed", "message.unanswered", "segment.left"] {
            #expect(days.contains { ($0[kind]?.integer ?? 0) > 0 }, "\(kind) happens in the week")
        }
    }

    private func checkPlanted(_ planted: [JSONValue]) {
        func outcomes(_ reason: String) -> [String] {
            planted.filter { $0["planted"]?.string == reason }
                .map { "\($0["outcome"]?.string ?? "-") \($0["reason"]?.string ?? "-")" }.sorted()
        }
        #expect(outcomes("complaint") == ["dropped standing.complaint_open"])
        #expect(outcomes("unsubscribed") == ["dropped permission.withdrawn"])
        #expect(outcomes("zone") == ["waiting quiet_hours"])
        #expect(outcomes("cap") == ["waiting cap.all"])
        #expect(outcomes("asdf") == ["sent -"])
        #expect(outcomes("household") == ["dropped household.duplicate", "sent -"])
        #expect(outcomes("unconfirmed") == ["dropped permission.pending"])
        let odd = planted.first { $0["planted"]?.string == "asdf" }?["sentence"]?.string ?? ""
        #expect(odd.contains("fell back"))
    }

    private func checkPlug(_ told: JSONValue, _ home: URL) throws {
        let plug = try #require(told["plug"])
        let (decided, sent) = (try number(plug["decided"]), try number(plug["sent"]))
        let doubt = try number(plug["in_doubt"])
        // One of the planted lives where it is still night.
        let waiting = try number(plug["waiting"])
        #expect(decided == sent + doubt + waiting + (try number(plug["dropped_at_gate"])))
        #expect(waiting <= 1)
        #expect((1...10).contains(doubt), "it was killed with messages in hand")
        let (mails, people) = (try number(plug["mails"]), try number(plug["people"]))
        #expect(mails == people, "nobody got it twice")
        #expect((sent...sent + doubt).contains(mails))
        #expect(try number(plug["killed_at"]) < mails, "it was killed before it was through")
        let files = try FileManager.default.contentsOfDirectory(atPath: home.appending(path: "outbox").path())
        // Killed while it wrote, a sender may leave a file that is no mail yet.
        #expect(files.filter { $0.hasSuffix(".eml") }.count > mails)
    }

    /// What an independent query over the demo's files finds; `nil` without DuckDB.
    private func judged(_ name: String, _ home: URL, _ argument: String) async throws -> JSONValue? {
        let python = Self.root.appending(path: ".venv-judges/bin/python3").path()
        guard FileManager.default.isExecutableFile(atPath: python) else {
            print("skipped: DuckDB, for scripts/judges has not run")
            return nil
        }
        let script = Self.root.appending(path: "Tests/Judge/\(name).py").path()
        return try JSONValue(parsing: await run(python, [script, home.appending(path: "data").path(), argument]))
    }

    /// What letters brought and changed, in cents.
    private func checkCampaigns(_ told: JSONValue, _ home: URL) async throws {
        func cents(_ value: JSONValue?) -> Int64? { value.flatMap { ScaledInteger.parse($0.string ?? $0.text, scale: 2) } }
        func double(_ value: JSONValue?) throws -> Double { try #require(value.flatMap { Double($0.text) }) }
        let campaigns = try #require(told["campaigns"])
        let figures = try #require(campaigns["campaigns"]?.array)
        #expect(figures.count > 10)
        let lift = try #require(campaigns["lift"])
        guard let judged = try await judged("campaigns", home, try #require(lift["campaign"]?.string)) else { return }
        for one in figures {
            let name = try #require(one["campaign"]?.string)
            for figure in ["reach", "redeemed", "customers", "orders"] {
                #expect(try number(one[figure]) == number(judged["figures"]?[name]?[figure]), "\(figure) of \(name)")
            }
            #expect(cents(one["revenue"]) == judged["figures"]?[name]?["revenue"]?.integer ?? 0, "revenue of \(name)")
        }
        for row in campaigns["attribution"]?["campaigns"]?.array ?? [] {
            guard let name = row["campaign"]?.string, name.hasPrefix("type-a"), let theirs = judged["attribution"]?[name] else {
                continue
            }
            #expect(cents(row["first"]) == theirs["first"]?.integer && cents(row["last"]) == theirs["last"]?.integer, "\(name)")
            // Shared out to the cent of each basket.
            let (own, other) = (Double(cents(row["linear"]) ?? 0), try double(theirs["linear"]))
            #expect(abs(own - other) < 500, "\(name)")
        }
        let theirs = try #require(judged["lift"])
        #expect(try number(lift["reached"]) == number(theirs["reached"]))
        #expect(try number(lift["others"]) == number(theirs["others"]))
        let (own, other) = (try double(lift["difference"]) * 100, try double(theirs["difference"]))
        #expect(abs(own - other) < 0.01)
        let reach = try (double(lift["high"]) - double(lift["low"])) * 50 / double(theirs["standard_error"])
        #expect(reach > 1.96 && reach < 2.05, "Student's quantile for a hundred people")
        let week = (told["week"]?["days"]?.array ?? []).reduce(Int64(0)) { $0 + ($1["order.placed"]?.integer ?? 0) }
        let total = try double(campaigns["profiles"]?["total"])
        let expected = try number(judged["total"]) + week * 1_840
        #expect(Int64((total * 100).rounded()) == expected)
    }

    private func checkSegments(_ told: JSONValue, _ home: URL) async throws {
        let monday = try #require(told["monday"]?.string)
        guard let judged = try await judged("segments", home, monday) else { return }
        #expect(try number(told["usual"]?["members"]) == number(judged["overdue"]))
        #expect(try number(told["week"]?["segments_before"]?["regulars"]) == number(judged["regulars"]))
    }

    private func run(_ program: String, _ arguments: [String]) async throws -> String {
        let out = FileManager.default.temporaryDirectory.appending(path: "demo-\(UUID().uuidString).txt")
        _ = FileManager.default.createFile(atPath: out.path(), contents: nil)
        defer { try? FileManager.default.removeItem(at: out) }
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        // Away from the repository: the program finds its data by its own path.
        process.currentDirectoryURL = FileManager.default.temporaryDirectory
        process.standardOutput = try FileHandle(forWritingTo: out)
        process.standardInput = FileHandle.nullDevice
        let code = try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Int32, any Error>) in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        let text = try String(contentsOf: out, encoding: .utf8)
        try #require(code == 0, "\(text)")
        return text
    }
}
