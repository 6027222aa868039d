import ArgumentParser
import Foundation
import RapportCore
import RapportHost
import RapportIntegration
import RapportPluginKit
import RapportStorage

/// `rapport erase` and `rapport people erase`.
struct EraseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: "Forget who somebody was, for good, and sign what was done.",
        discussion: """
            Identifiers, fields with all that sources said, what events say, permissions, search words, keys of duplicates, files of \
            rejected records and of the outbox: all of it goes, also of people merged into this one. The log keeps its order and \
            names a number that leads nowhere. The journal remembers the erasure by hashes, so that a restored backup forgets again, \
            and whoever comes back in a list is somebody new without permission. Plugins that take on the duty tell the systems \
            behind them at once, and until they know.

            The receipt lists what was done where, what is kept and why, and the backups that still hold the person. Said again of \
            the person's id, the command looks once more for what may be left and signs how far it is by then. What was deleted \
            leaves the database's files with the next VACUUM.

            EXAMPLES:
              rapport erase cleo@example.org --yes --because "letter of 3 May" --receipt cleo.receipt.json
              rapport erase 0190163d-8694-739b-aea5-966c26f8ad90 --yes
            """)

    @Argument(help: "A person's id, or any identifier.") var person: String
    @Flag(help: "Do it: there is no way back.") var yes = false
    @Option(help: "Why: it stands in the receipt, so name nobody.") var because: String?
    @Option(help: ArgumentHelp("Write the signed receipt to this file, too.", valueName: "file")) var receipt: String?
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard yes else { throw ValidationError("this cannot be taken back: say --yes") }
    }

    func run() async throws {
        let output = common.output
        try await common.withRapport { rapport in
            let id = try await rapport.person(named: person)
            let report = try await rapport.erase(id, actor: commandLineActor, because: because)
            if let receipt { try report.receipt.write(to: receipt) }
            show(report, output, isOnServer: rapport.database.dialect == .postgres)
            output.json([
                "erased": .bool(report.outcome.isDone), "person": .string(report.outcome.publicID),
                "systems": .array(report.systems.map(\.json)), "receipt": report.receipt.json,
            ])
        }
    }

    private func show(_ report: ErasureReport, _ output: Output, isOnServer: Bool) {
        output.say(report.outcome.isDone ? "erase.done" : "erase.nothing", ["person": report.outcome.publicID])
        let places = (report.outcome.places + report.files).filter { $0.count > 0 }
        output.table(["where", "number"], places.map { [$0.name, String($0.count)] })
        for record in report.systems {
            let key =
                switch record.state {
                case .done: "erase.told"
                case .nothingThere: "erase.unknown"
                case .waiting: "erase.waiting"
                }
            output.say(key, ["instance": record.instance, "reason": record.reason])
        }
        let mentions = report.outcome.mentions
        if mentions.cleaned > 0 { output.say("erase.cleaned", count: mentions.cleaned) }
        if mentions.left > 0 {
            let places = mentions.places.map(\.description).joined(separator: ", ")
            output.say("erase.left", count: mentions.left, ["places": places.isEmpty ? "–" : places])
        }
        let days = "\(report.window.milliseconds / 86_400_000)"
        for backup in report.backups {
            let isPast = report.receipt.json["backups"]?.array?.first { $0["path"]?.string == backup.path }?["past_window"]?.bool
            output.say(
                isPast == true ? "erase.backup_past" : "erase.backup",
                ["file": backup.path, "at": output.time(backup.madeAt), "days": days])
        }
        if report.outcome.isDone { output.say(isOnServer ? "erase.bytes_server" : "erase.bytes") }
        output.say("receipts.signed", ["id": report.receipt.id])
    }
}

extension Rapport {
    /// The person whom a text names.
    ///
    /// - Throws: `Problem` `person.not_found`.
    func person(named text: String) async throws -> PersonID {
        let region = configuration.house.country
        guard let id = try await database.read({ db in try People.find(text, region: region, in: db) }) else {
            throw Problem("person.not_found", "nobody is known as \"\(text)\"")
        }
        return id
    }
}

extension RightsReceipt {
    /// - Throws: `Problem` `receipts.unwritable`.
    func write(to path: String) throws {
        do { try Data((json.text + "\n").utf8).write(to: URL(filePath: path)) } catch {
            throw Problem("receipts.unwritable", "\(path) cannot be written: \(error.localizedDescription)")
        }
    }
}
