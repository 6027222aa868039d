import Foundation
import RapportStorage
import RapportTestKit
import Testing

/// Workers as processes that read a source of rapport.yaml, and the one that reads it dies.
@Suite("Sources as processes", .serialized)
struct SourceProcessTests {
    private static let rows: Int64 = 20_000

    @Test("a source whose reader is killed is read on by another, each record once", arguments: DatabaseKind.available)
    func killed(kind: DatabaseKind) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sources-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await TemporaryDatabase.withURL(kind, migrations: []) { url in
            try write(
                """
                database: \(url)
                worker: {lease: 3s}
                sources:
                  till: {plugin: source.csv, path: till.csv, header: yes, every: 1h, mapping: map.yaml}
                """, "rapport.yaml", in: folder)
            // Without a key: equal lines are counted, from the start of the file each time.
            try write(
                "as: events\nkind: visit.made\nat: day\nidentifiers: {email: email}\nproperties: {place: place}\n", "map.yaml",
                in: folder)
            let lines = (0..<Self.rows).map { "p\($0 % 3_000)@example.org,2025-01-0\($0 % 2 + 1),shop" }
            try write("email,day,place\n" + lines.joined(separator: "\n") + "\n", "till.csv", in: folder)
            let config = folder.appending(path: "rapport.yaml").path()
            let migrated = try await Program.run(Program.folder + "/rapport", ["migrate", "--config", config])
            try #require(migrated.code == 0, "\(migrated.text)")

            var workers: [Process] = []
            // One writing process is what SQLite is for; PostgreSQL is shared by several.
            for _ in 0..<(kind == .sqlite ? 1 : 3) { workers.append(try start(config)) }
            defer { for worker in workers { kill(worker.processIdentifier, SIGKILL) } }
            let database = try await DatabaseURL(url).open()
            do {
                let holder = try await waitFor("a reader with some records behind it") {
                    try await database.read { db in
                        try db.text(
                            """
                            SELECT source_runs.holder FROM source_runs JOIN imports ON imports.id = source_runs.import
                            WHERE imports.ordinal > 1000 AND source_runs.finished_at IS NULL
                            """)
                    }
                }
                let process = try #require(Int32(holder.split(separator: "/").dropFirst().first ?? ""))
                #expect(workers.contains { $0.processIdentifier == process })
                kill(process, SIGKILL)
                if kind == .sqlite { workers.append(try start(config)) }
                let successor = try await waitFor("another that reads it to its end") {
                    try await database.read { db in
                        try db.text(
                            "SELECT CASE WHEN holder IS NULL THEN 'nobody' ELSE holder END FROM source_runs WHERE finished_at IS NOT NULL"
                        )
                    }
                }
                #expect(successor == "nobody")
                let (events, runs, keys) = try await database.read { db in
                    (
                        try db.integer("SELECT COUNT(*) FROM events"), try db.integer("SELECT epoch FROM source_runs"),
                        try db.integer("SELECT COUNT(*) FROM dedupe")
                    )
                }
                #expect(events == Self.rows)
                #expect(keys == Self.rows)
                #expect(runs ?? 0 >= 2, "it was taken over")
                try await database.close()
            } catch {
                try? await database.close()
                throw error
            }
        }
    }

    private func write(_ text: String, _ name: String, in folder: URL) throws {
        try Data(text.utf8).write(to: folder.appending(path: name))
    }

    private func start(_ config: String) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: Program.folder + "/rapport-worker")
        process.arguments = ["--config", config]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        return process
    }

    private func waitFor(_ what: String, _ find: () async throws -> String?) async throws -> String {
        for _ in 0..<1_200 {
            if let found = try await find() { return found }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw TimedOut(what: what)
    }

    private struct TimedOut: Error { let what: String }
}
