import Foundation
import RapportCore
import RapportHost
import RapportIntegration
import RapportPluginKit
import RapportRegistered
import RapportStorage
import RapportTestKit
import RapportWeb
import Testing

/// Sources of rapport.yaml, read again and again.
@Suite("Sources")
struct SourceTests {
    struct House {
        let rapport: Rapport
        let folder: URL

        func write(_ name: String, _ text: String) throws {
            try Data(text.utf8).write(to: folder.appending(path: name))
        }

        @discardableResult
        func read(_ name: String = "shop", rewinding: Bool = false) async throws -> ImportReport {
            try await rapport.stepping { try await rapport.runSource(name, holder: "test", rewinding: rewinding) }
        }

        func status(_ name: String = "shop") async throws -> SourceRun {
            try #require(try await rapport.sourceStatuses().first { $0.instance.name == name }?.run)
        }
    }

    private static let mapping = """
        as: events
        kind: order.placed
        key: id
        identifiers: {email: email}
        properties: {total: {column: total, number: true}, currency: {constant: GBP}}
        """

    func with(
        _ kind: DatabaseKind, _ sources: String, plugins: [any Plugin.Type] = [], _ body: (House) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sources-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(Self.mapping.utf8).write(to: folder.appending(path: "map.yaml"))
        try await TemporaryDatabase.withURL(kind, migrations: Host.migrations) { url in
            let yaml = try YAMLNode(
                parsing: "database: \(url)\njournal: wishes.jsonl\nsources:\n\(sources)\n", name: "rapport.yaml")
            let configuration = try Configuration(yaml, file: nil, folder: folder.path(), environment: [:])
            let rapport = try await Host.bootstrap(configuration, plugins: RegisteredPlugins.all + plugins)
            do {
                try await body(House(rapport: rapport, folder: folder))
                try await rapport.close()
            } catch {
                try? await rapport.close()
                throw error
            }
        }
    }

    private static let shop = "  shop: {plugin: source.csv, path: orders.csv, header: yes, every: 1h, mapping: map.yaml}"

    @Test(
        "a file that grows is read on from where it was; what the first run brings is the past", arguments: DatabaseKind.available
    )
    func growing(kind: DatabaseKind) async throws {
        try await with(kind, Self.shop) { house in
            try house.write("orders.csv", "id,email,total\n1,ann@a.example,10\n2,bo@a.example,20\n")
            #expect(try await house.read().progress.added == 2)
            try house.write("orders.csv", "id,email,total\n1,ann@a.example,10\n2,bo@a.example,20\n3,ann@a.example,30\n")
            let second = try await house.read()
            #expect(second.progress.records == 1, "only the new line was read")
            #expect(second.progress.added == 1)
            let history = try await house.rapport.database.read { db in
                try db.all("SELECT history FROM events ORDER BY received_at, partition, position") { $0.integer(0) }
            }
            #expect(history.sorted() == [0, 1, 1])
            #expect(history.last == 0)
            let status = try await house.status()
            #expect(status.state == .waiting)
            #expect(status.records == 1)
            #expect(status.dueAt > house.rapport.clock.now + .minutes(50))
        }
    }

    @Test("a run that brings nothing leaves no import behind, and reading from the start changes nothing")
    func nothingNew() async throws {
        try await with(.sqlite, Self.shop) { house in
            try house.write("orders.csv", "id,email,total\n1,ann@a.example,10\n")
            try await house.read()
            #expect(try await house.read().progress.records == 0)
            let again = try await house.read(rewinding: true)
            #expect(again.progress.records == 1)
            #expect(again.progress.added == 0)
            let imports = try await house.rapport.database.read { db in try Imports.list(10, in: db) }
            #expect(imports.count == 1)
        }
    }

    @Test(
        "a line that is still being written waits for the next run, in CSV and in JSON lines; a file that has stood is read whole",
        arguments: ["csv", "jsonl"])
    func halfWritten(form: String) async throws {
        let name = "orders.\(form)"
        let line: (Int, Int) -> String = { id, total in
            form == "csv"
                ? "\(id),ann@a.example,\(total)\n" : "{\"id\": \(id), \"email\": \"ann@a.example\", \"total\": \(total)}\n"
        }
        let header = form == "csv" ? "id,email,total\n" : ""
        try await with(.sqlite, "  shop: {plugin: source.\(form), path: \(name), every: 1h, mapping: map.yaml}") { house in
            let half = header + line(1, 10) + line(2, 20).dropLast(form == "csv" ? 2 : 3)
            try house.write(name, half)
            #expect(try await house.read().progress.records == 1, "the second line is not whole yet")
            try house.write(name, header + line(1, 10) + line(2, 20) + String(line(3, 30).dropLast()))
            #expect(try await house.read().progress.records == 1)
            // Nobody has written for a while: what stands there is all that there will be.
            let file = house.folder.appending(path: name)
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -90)], ofItemAtPath: file.path)
            #expect(try await house.read().progress.added == 1)
            let totals = try await house.rapport.database.read { db in
                try db.all("SELECT n1 FROM events ORDER BY occurred_at, partition, position") { $0.integer(0) }
            }
            #expect(totals.sorted() == [1_000, 2_000, 3_000])
        }
    }

    @Test("an empty file, and one with a header alone, are no failure of a source, with and without a mapping")
    func nothingYet() async throws {
        for settings in [", mapping: map.yaml", "", ", header: 3, mapping: map.yaml"] {
            try await with(.sqlite, "  shop: {plugin: source.csv, path: orders.csv, every: 1h\(settings)}") { house in
                for text in ["", "id,email,total\n"] where text.isEmpty || !settings.contains("3") {
                    try house.write("orders.csv", text)
                    #expect(try await house.read().progress.records == 0)
                    #expect(try await house.status().state == .waiting)
                }
            }
        }
    }

    @Test("records without an id come from the start each time, and equal ones stay as many as they are")
    func unkeyed() async throws {
        try await with(.sqlite, Self.shop) { house in
            try house.write("map.yaml", Self.mapping.replacing("key: id\n", with: ""))
            try house.write("orders.csv", "id,email,total\n1,ann@a.example,10\n1,ann@a.example,10\n")
            #expect(try await house.read().progress.added == 2)
            try house.write("orders.csv", "id,email,total\n1,ann@a.example,10\n1,ann@a.example,10\n1,ann@a.example,10\n")
            #expect(try await house.read().progress.added == 1)
        }
    }

    @Test(
        "a source that fails says why, is tried again, and shows in the checks until it works", arguments: DatabaseKind.available)
    func failing(kind: DatabaseKind) async throws {
        try await with(kind, Self.shop) { house in
            await #expect(throws: Problem.self) { try await house.read() }
            let failed = try await house.status()
            #expect(failed.state == .failed)
            #expect(failed.failures == 1)
            #expect(failed.error.contains("orders.csv"))
            let now = house.rapport.clock.now
            #expect(failed.dueAt > now && failed.dueAt <= now + .minutes(2))
            let finding = await house.rapport.checks().first { $0.finding.contains("shop has failed 1 times") }
            #expect(finding?.state == .warning)
            try house.write("orders.csv", "id,email,total\n1,ann@a.example,10\n")
            try await house.read()
            #expect(try await house.status().state == .waiting)
            #expect(await house.rapport.checks().contains { $0.finding.contains("failed") } == false)
        }
    }

    @Test(
        "two do not read one source at once; the lease of one that died is taken over, and what it still writes is refused",
        arguments: DatabaseKind.available)
    func leases(kind: DatabaseKind) async throws {
        try await with(kind, Self.shop) { house in
            try house.write("orders.csv", "id,email,total\n1,ann@a.example,10\n")
            let database = house.rapport.database
            try await database.write { db in
                try SourceRuns.enrol("shop", schedule: "every 1h", due: try db.now(), in: db)
            }
            let dead = try #require(
                try await database.write { db in
                    try SourceLease.claim("shop", holder: "other", span: .seconds(60), in: db)
                })
            let problem = await #expect(throws: Problem.self) { try await house.read() }
            #expect(problem?.code == "source.running")
            // It dies: its lease runs out.
            try await database.write { db in try db.run("UPDATE source_runs SET lease_until = 1") }
            #expect(try await house.read().progress.added == 1)
            await #expect(throws: Problem.self) { try await database.write { db in try dead.renew(in: db) } }
        }
    }

    @Test("rapport.yaml says when: a rhythm or times, and what is neither is refused by place")
    func settings() throws {
        func configuration(_ when: String) throws -> Configuration {
            try Configuration(
                YAMLNode(parsing: "sources:\n  shop: {plugin: source.csv, path: a.csv, \(when)}", name: "rapport.yaml"),
                file: nil,
                folder: "/srv", environment: [:])
        }
        #expect(try configuration("every: 30m").sources.first?.schedule == .every(.minutes(30)))
        #expect(try configuration("at: 06:30").sources.first?.schedule?.text == "at 06:30")
        #expect(
            try configuration(#"at: ["mon,thu 06:30", 1 22:00]"#).sources.first?.schedule?.text == "at mon,thu 06:30 and 1 22:00")
        #expect(try configuration("mapping: a.yaml").sources.first?.schedule == nil)
        for (when, expected) in [
            ("every: 1s", "rapport.yaml:2:50: sources.shop.every: from 10 s to 366 days"),
            ("at: noon", "rapport.yaml:2:47: sources.shop.at: \"noon\" is no time of day"),
            ("at: 06:30, every: 1h", "rapport.yaml:2:61: sources.shop.every: a source has \"every\" or \"at\", not both"),
        ] {
            let problem = #expect(throws: Problem.self) { try configuration(when) }
            #expect(problem?.description.hasPrefix(expected) == true, "\(problem?.description ?? "")")
        }
    }
}
