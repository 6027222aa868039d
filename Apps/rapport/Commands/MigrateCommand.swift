import ArgumentParser
import RapportCore
import RapportHost
import RapportStorage

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring the database to the schema of this version.",
        discussion: """
            Makes the database if there is none. Each migration is a transaction; several processes may try at once.

            EXAMPLES:
              rapport migrate --dry-run
              rapport migrate
              rapport migrate --database sqlite:/var/lib/rapport/rapport.db
            """)

    @Flag(name: .customLong("dry-run"), help: "Show what would be applied, and change nothing.")
    var dryRun = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let output = common.output
        let migrator = Migrator(migrations: Host.migrations)
        let names = try await common.withDatabase { database in
            guard dryRun else { return try await migrator.migrate(database) }
            return try await migrator.plan(for: database).pending.map(\.name)
        }
        for name in names { output.say(dryRun ? "migrate.pending" : "migrate.applied", ["migration": name]) }
        if names.isEmpty { output.say("migrate.none") }
        output.json([dryRun ? "pending" : "applied": .array(names.map { .string($0) })])
    }
}
