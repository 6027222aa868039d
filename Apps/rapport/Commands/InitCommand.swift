import ArgumentParser
import Foundation
import RapportCore
import RapportHost
import RapportRegistered
import RapportStorage

struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Begin: write a configuration with first definitions, and make the database.",
        discussion: """
            Writes rapport.yaml and definitions/ (topics, quiet hours, caps, permission, segments, an objective, a template) into a folder, \
            makes the database and brings the definitions into force. Overwrites nothing. Messages go into a folder, and \
            nowhere else, until you set up a channel that sends.

            EXAMPLES:
              rapport init --country GB --name "The Corner Shop"
              rapport init crm --country DE --language de --from hallo@laden.example
            """)

    @Argument(help: "The folder, made if there is none.")
    var folder = "."

    @Option(
        help: ArgumentHelp("Where you do business: two letters (ISO 3166).", valueName: "code"), transform: { $0.uppercased() })
    var country: String

    @Option(help: ArgumentHelp("The name that your messages carry. Default: the folder's.", valueName: "text"))
    var name: String?

    @Option(
        help: ArgumentHelp("Three letters (ISO 4217). Default: the country's.", valueName: "code"), transform: { $0.uppercased() }
    )
    var currency: String?

    @Option(help: ArgumentHelp("An IANA time zone. Default: this machine's.", valueName: "zone"))
    var zone: String?

    @Option(help: ArgumentHelp("The language you write in (BCP 47).", valueName: "tag"))
    var language = "en"

    @Option(help: ArgumentHelp("The address that your mails come from.", valueName: "address"))
    var from = "hello@example.com"

    @Option(help: ArgumentHelp("Your postal address: mails show it.", valueName: "text"))
    var address = "Write your postal address here"

    @Flag(help: "Answer with one JSON value.")
    var json = false

    @Flag(name: .customLong("no-color"), help: "No colours, even on a terminal.")
    var noColor = false

    func validate() throws {
        guard Locale.Region.isoRegions.contains(where: { $0.identifier == country && country.count == 2 }) else {
            throw ValidationError("--country: \"\(country)\" is no country of ISO 3166. Two capital letters: GB, DE, US.")
        }
        guard Locale.Currency.isoCurrencies.contains(where: { $0.identifier == currencyCode }) else {
            throw ValidationError("--currency: \"\(currencyCode)\" is no currency of ISO 4217. Three capital letters: GBP, EUR.")
        }
        guard TimeZoneRules(zoneName) != nil else {
            throw ValidationError("--zone: \"\(zoneName)\" is no IANA time zone. One is Europe/London.")
        }
    }

    func run() async throws {
        let output = Output(json: json, noColor: noColor)
        let path = URL(filePath: folder).standardizedFileURL.path(percentEncoded: false)
        let home = StarterHome(path: path.hasSuffix("/") && path.count > 1 ? String(path.dropLast()) : path, words: words(path))
        let files = try home.write()
        let configuration: Configuration
        let applied: Int
        do {
            configuration = try Configuration.load(file: home.config, environment: ProcessInfo.processInfo.environment)
            applied = try await begin(home, configuration)
        } catch {
            // Half a beginning would be in the way of the next try.
            for file in files { try? FileManager.default.removeItem(atPath: file) }
            throw error
        }

        for file in files { output.say("init.wrote", ["file": file]) }
        output.say("init.ready", count: applied, ["database": configuration.database.redacted])
        output.line()
        output.line(output.styled(output.text("init.now"), .bold))
        for (does, command) in [
            ("go", "cd \(folder)"), ("import", "rapport import people.csv --dry-run"), ("find", "rapport people search NAME"),
            ("count", "rapport segments count 'has(identifier email)'"),
            ("serve", "rapport-server --with-worker"),
        ] where does != "go" || folder != "." {
            let what = output.text("init.next.\(does)")
            output.line("  \(what.padding(toLength: max(18, what.count + 2), withPad: " ", startingAt: 0))\(command)")
        }
        output.json([
            "files": .array(files.map { .string($0) }), "database": .string(configuration.database.redacted),
            "definitions": .integer(Int64(applied)),
        ])
    }

    /// Makes the database and brings the definitions into force.
    ///
    /// - Returns: How many there are.
    private func begin(_ home: StarterHome, _ configuration: Configuration) async throws -> Int {
        let database = try await configuration.database.open()
        _ = try await Migrator(migrations: Host.migrations).migrate(database)
        try await database.close()
        let rapport = try await Host.bootstrap(configuration, plugins: RegisteredPlugins.all)
        do {
            let store = rapport.definitions
            let drafts = try DefinitionFolder(home.definitions, handlers: store.handlers).drafts
            let now = rapport.clock.now
            let changes = try await rapport.database.write { db in
                try store.apply(drafts, actor: commandLineActor, now: now, in: db)
            }
            try await rapport.fillSegments()
            try await rapport.close()
            return changes.count
        } catch {
            try? await rapport.close()
            throw error
        }
    }

    private var currencyCode: String { currency ?? Locale(identifier: "und_\(country)").currency?.identifier ?? "EUR" }

    private var zoneName: String {
        let name = zone ?? TimeZone.current.identifier
        return name == "GMT" ? "UTC" : TimeZoneRules(name)?.zone.identifier ?? name
    }

    private func words(_ path: String) -> [String: String] {
        let folder = (path as NSString).lastPathComponent
        let values = [
            "NAME": name ?? folder, "ZONE": zoneName, "COUNTRY": country, "CURRENCY": currencyCode, "LANGUAGE": language,
            "FROM": from, "ADDRESS": address,
        ]
        // A JSON string is a YAML string, and "NO" stays Norway.
        let year = Calendar(identifier: .gregorian).component(.year, from: Date())
        return values.mapValues { JSONValue.string($0).text }.merging(["YEAR": "\(year)"]) { $1 }
    }
}
