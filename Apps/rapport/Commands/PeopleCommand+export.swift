import ArgumentParser
import Foundation
import RapportCore
import RapportHost
import RapportStorage

struct PeopleExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write everything that is kept of a person: for them to read, and for machines.",
        discussion: """
            Identifiers, every field with its sources and dates, all events, permissions with their evidence, messages, decisions in \
            words, segments, merges, the imports they came from, who received data. A folder gets NAME.json and NAME.html; a file \
            gets what its ending says. A receipt is signed.

            --portable writes what the person gave instead, for another house to read: profile.csv and events.jsonl, each with its \
            mapping for `rapport import`.

            EXAMPLES:
              rapport people export cleo@example.org --out exports/
              rapport people export cleo@example.org --out cleo.html
              rapport people export cleo@example.org --json
              rapport people export cleo@example.org --portable --out cleo/
            """)

    @Argument(help: "A person's id, or any identifier.") var person: String
    @Option(help: ArgumentHelp("A folder, or a file that ends in .json or .html.", valueName: "path")) var out: String?
    @Flag(help: "Only what the person gave, in files that another house can import.") var portable = false
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if portable, out == nil || out?.hasSuffix(".json") == true || out?.hasSuffix(".html") == true {
            throw ValidationError("--portable writes several files: say into which folder with --out")
        }
        guard out != nil || common.json else { throw ValidationError("say where to with --out, or --json to print it") }
    }

    func run() async throws {
        let output = common.output
        try await common.withRapport { rapport in
            let id = try await rapport.person(named: person)
            if portable, let out { return try await writePortable(rapport, id, to: out, output) }
            let export = try await rapport.accessExport(of: id)
            var files: [String] = []
            if let out {
                for path in try Self.paths(out, export.person) {
                    try Self.write(
                        path.hasSuffix(".html")
                            ? export.html(rapport.texts, zone: rapport.houseCalendar) : export.json.text + "\n", to: path)
                    files.append(path)
                }
            }
            let receipt = try await rapport.receipt(
                .access, of: export.person, files: files, actor: commandLineActor, because: nil,
                done: [
                    .init(
                        "sections",
                        .array(export.sections.map { ["name": .string($0.name), "count": .integer(Int64($0.rows.count))] }))
                ])
            output.say(
                "export.done",
                [
                    "person": export.person, "rows": "\(export.sections.map(\.rows.count).reduce(0, +))",
                    "sections": "\(export.sections.count)",
                ])
            for file in files { output.line("  \(file)") }
            output.say("receipts.signed", ["id": receipt.id])
            output.json(export.json)
        }
    }

    private func writePortable(_ rapport: Rapport, _ id: PersonID, to out: String, _ output: Output) async throws {
        let export = try await rapport.portableExport(of: id)
        let folder = try Self.folder(out)
        let files = export.files.map { "\(folder)/\($0.name)" }
        for (file, path) in zip(export.files, files) { try Self.write(file.text, to: path) }
        let counts: [JSONValue.Member] = [
            .init("identifiers", .integer(Int64(export.identifiers))), .init("fields", .integer(Int64(export.fields))),
            .init("events", .integer(Int64(export.events))),
        ]
        let receipt = try await rapport.receipt(
            .portability, of: export.person, files: files, actor: commandLineActor, because: nil, done: counts)
        output.say(
            "export.portable",
            ["identifiers": "\(export.identifiers)", "fields": "\(export.fields)", "events": "\(export.events)"])
        for file in files { output.line("  \(file)") }
        output.say("receipts.signed", ["id": receipt.id])
        output.json(["files": .array(files.map { .string($0) }), "receipt": receipt.json])
    }

    private static func folder(_ out: String) throws -> String {
        do { try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true) } catch {
            throw Problem("export.unwritable", "\(out) cannot be made: \(error.localizedDescription)")
        }
        return out.hasSuffix("/") ? String(out.dropLast()) : out
    }

    /// One file by its ending, or two in a folder.
    private static func paths(_ out: String, _ person: String) throws -> [String] {
        if out.hasSuffix(".json") || out.hasSuffix(".html") { return [out] }
        let folder = try Self.folder(out)
        return ["\(folder)/\(person).json", "\(folder)/\(person).html"]
    }

    /// Readable by its owner only.
    static func write(_ text: String, to path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        else { throw Problem("export.unwritable", "\(path) cannot be written: \(String(cString: strerror(errno)))") }
    }
}
