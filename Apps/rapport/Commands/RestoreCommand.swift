import ArgumentParser
import RapportCore
import RapportHost
import RapportStorage

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
