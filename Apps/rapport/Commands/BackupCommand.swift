import ArgumentParser
import RapportCore
import RapportHost
import RapportStorage

extension CommonOptions {
    /// The configured database, opened whatever its schema, and closed also after a failure.
    func withDatabase<Result>(_ body: (any Database) async throws -> Result) async throws -> Result {
        let database = try await configuration().database.open()
        do {
            let result = try await body(database)
            try await database.close()
            return result
        } catch {
            try? await database.close()
            throw error
        }
    }
}

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Write the whole database into one file, while it is in use.",
        discussion: """
            The file is the same from SQLite and from PostgreSQL, and can be restored into either.

            EXAMPLES:
              rapport backup /backups/rapport-monday.gz
              rapport backup rapport.gz --json
            """)

    @Argument(help: "The file to write. An older backup is replaced once the new one is whole.")
    var file: String

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let output = common.output
        let (summary, unnoted) = try await common.withDatabase { database in
            let summary = try await Backup.write(database, to: file) {
                output.progress(output.text("backup.rows", ["rows": "\($0)"]))
            }
            let file = file
            do {
                try await database.write { db in
                    try Backup.note(at: try db.now(), in: db)
                    // An older schema has no list of files.
                    if try DatabaseTables.names(in: db).contains("house_files") {
                        try HouseFile.note(.backup, file, at: try db.now(), in: db)
                    }
                }
                return (summary, nil as Problem?)
            } catch let problem as Problem where problem.isOutage {
                // A database on a full disk is one to have a backup of: it need not say so itself.
                return (summary, problem)
            }
        }
        output.endProgress()
        output.say(
            "backup.done",
            ["rows": "\(summary.rows)", "tables": "\(summary.tables)", "bytes": "\(summary.bytes)", "file": file])
        if let unnoted { output.say("backup.unnoted", ["reason": unnoted.reason]) }
        output.json([
            "file": .string(file), "tables": .integer(Int64(summary.tables)), "rows": .integer(Int64(summary.rows)),
            "bytes": .integer(summary.bytes), "noted": .bool(unnoted == nil),
        ])
    }
}
