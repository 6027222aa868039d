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

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Fill a new database from a backup, and lock it.",
        discussion: """
            Opt-outs, objections and erasures that came after the backup are applied again from the journal beside the \
            database. Nothing is sent from the restored database until `rapport unlock`.

            EXAMPLES:
              rapport restore /backups/rapport-monday.gz --database sqlite:restored.db
              rapport restore monday.gz --database postgres://rapport@db/restored --journal old.journal.jsonl
            """)

    @Argument(help: "The backup.")
    var file: String

    @Option(help: "The journal. Default: the configured one, else the one beside the database.")
    var journal: String?

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let output = common.output
        let journal = try journal.map { Journal(path: $0) } ?? common.configuration().wishes
        let restore = Restore(migrations: Host.migrations, journal: journal, replayers: Host.replayers)
        let summary = try await common.withDatabase { database in
            try await restore.run(file, into: database) { output.progress(output.text("backup.rows", ["rows": "\($0)"])) }
        }
        output.endProgress()
        output.say(
            "restore.done", ["rows": "\(summary.rows)", "tables": "\(summary.tables)", "when": output.time(summary.madeAt)])
        output.say("restore.wishes", ["applied": "\(summary.replayed)", "wishes": "\(summary.journalled)"])
        output.say("restore.locked", ["machine": DatabaseLock.machine])
        output.json([
            "made_at": .string(summary.madeAt.rfc3339), "tables": .integer(Int64(summary.tables)),
            "rows": .integer(Int64(summary.rows)), "journalled": .integer(Int64(summary.journalled)),
            "replayed": .integer(Int64(summary.replayed)),
            "unreadable_lines": .array(summary.unreadable.map { .integer(Int64($0)) }),
        ])
    }
}

struct UnlockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlock",
        abstract: "Let a restored or copied database send from this machine.",
        discussion: """
            Until then its channels write to the outbox only, so that a copy never sends what the original sends.

            EXAMPLES:
              rapport unlock --machine "$(hostname)"
            """)

    @Option(help: "The name of this machine, to show that you know where you are.")
    var machine: String

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let output = common.output
        let here = DatabaseLock.machine
        try await common.withDatabase { database in
            try await database.write { [machine] in try DatabaseLock.unlock($0, named: machine, machine: here) }
        }
        output.say("unlock.done", ["machine": here])
        output.json(["machine": .string(here)])
    }
}
