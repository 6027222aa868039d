import Foundation
import RapportCore
import RapportStorage

/// The folder that the demo fills: data, database, outbox, definitions and a rapport.yaml that serves them.
struct DemoHome {
    private static let mark = "# Written by rapport demo."
    private static let setting = "demo"
    let path: String
    /// As rapport.yaml says it.
    let database: String

    var config: String { path + "/rapport.yaml" }
    var outbox: String { path + "/outbox" }
    /// Made by a sender that stands still with messages in hand.
    var holding: String { path + "/sender.holding" }
    var data: String { path + "/data" }
    var definitions: String { path + "/definitions" }

    /// Empties what an earlier demo left here, and nothing else.
    ///
    /// - Throws: `Problem` `demo.home_in_use` where the folder holds a Rapport that is no demo.
    func startOver() throws {
        let files = FileManager.default
        if let text = try? String(contentsOfFile: config, encoding: .utf8), !text.hasPrefix(Self.mark) { throw inUse }
        if !files.fileExists(atPath: config), files.fileExists(atPath: path + "/rapport.db") { throw inUse }
        for name in ["rapport.db", "rapport.db-wal", "rapport.db-shm", "rapport.journal.jsonl", "sender.log", "sender.holding"] {
            try? files.removeItem(atPath: "\(path)/\(name)")
        }
        for folder in [outbox, data, definitions] { try? files.removeItem(atPath: folder) }
        try files.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// Takes away the tables of an earlier demo, and of nobody else.
    ///
    /// - Throws: `Problem` `demo.database_in_use` where the database holds anything but a demo.
    static func startOver(on url: DatabaseURL) async throws {
        let database = try await url.open()
        do {
            try await database.write { db in
                let tables = try DatabaseTables.names(in: db)
                guard !tables.isEmpty else { return }
                let isDemo =
                    try tables.contains("settings")
                    && db.text("SELECT value FROM settings WHERE name = \(setting)") != nil
                guard isDemo else {
                    throw Problem(
                        "demo.database_in_use", "\(url.redacted) holds tables that are not the demo's",
                        remedy: "Make a new database for it, and give that with --database.")
                }
                try DatabaseTables.dropAll(in: db)
            }
            try await database.close()
        } catch {
            try? await database.close()
            throw error
        }
    }

    /// What a later demo knows this one by.
    static func mark(_ db: Connection) throws {
        try db.run("INSERT INTO settings (name, value) VALUES (\(setting), 'yes') ON CONFLICT (name) DO NOTHING")
    }

    private var inUse: Problem {
        Problem("demo.home_in_use", "\(path) holds a Rapport that is not the demo's", remedy: "Name another folder with --home.")
    }

    func writeConfiguration() throws {
        let text = """
            \(Self.mark) Running it again starts over.
            database: "\(database)"
            journal: rapport.journal.jsonl
            http: { host: 127.0.0.1, port: 8080 }
            house: { name: The Corner Grocer, time_zone: America/New_York, country: US, currency: USD, language: en }
            brands:
              grocer:
                title: The Corner Grocer
                from: hello@grocer.example
                postal_address: 1 High Street, Albany, NY 12207
            # Nothing leaves this machine: each mail is a file.
            channels:
              outbox: { plugin: channel.outbox, folder: outbox, format: eml }
            """
        try Data((text + "\n").utf8).write(to: URL(filePath: config))
    }

    func copyDefinitions(from folder: String) throws {
        try FileManager.default.copyItem(atPath: folder + "/definitions", toPath: definitions)
    }
}
