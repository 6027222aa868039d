import Foundation
import Logging
import RapportCore
import RapportPluginKit
import RapportPluginProcess
import Synchronization

/// One tap, run in discovery and in sync mode.
struct SingerTap: Sendable {
    let settings: SingerSettings
    /// For files that the tap reads.
    let scratch: String
    /// Where the tap runs.
    let folder: String
    let logger: Logger
    let mask: SecretMask
    let config: JSONValue

    /// - Throws: `Problem` `singer.tap` with the end of the tap's log where it fails.
    func discover() async throws -> SingerCatalog {
        var text: [UInt8] = []
        try await run(["--discover"]) { text += $0 + [0x0A] }
        do {
            return try SingerCatalog(JSONValue(parsing: Self.json(in: text)))
        } catch let problem as Problem where problem.code == "json.invalid" {
            throw Problem("singer.catalog", "what the tap writes with --discover is not JSON", at: .init(path: "command"))
        }
    }

    /// Some taps greet on standard output before they begin: the catalog starts with the first line that opens an object.
    private static func json(in text: [UInt8]) -> [UInt8] {
        if text.first == 0x7B { return text }
        let start = zip(text, text.dropFirst()).enumerated().first { $1 == (0x0A, 0x7B) }?.offset
        return start.map { Array(text[($0 + 1)...]) } ?? text
    }

    /// - Parameters:
    ///   - option: how the tap takes its catalog, as far as is known.
    ///   - found: called before the tap is run again because it turned out to take it otherwise.
    func run(
        catalog: SingerCatalog?, as option: SingerSettings.CatalogOption, state: JSONValue?,
        found: (SingerSettings.CatalogOption) async throws -> Void, _ use: ([UInt8]) async throws -> Void
    ) async throws {
        let resuming = try state.map { ["--state", try file("state.json", $0)] } ?? []
        guard let catalog else { return try await run(resuming, use) }
        let path = try file("catalog.json", catalog.json)
        var isSpeaking = false
        func sync(_ option: SingerSettings.CatalogOption) async throws {
            try await run(["--\(option.rawValue)", path] + resuming) { line in
                isSpeaking = true
                try await use(line)
            }
        }
        var refusal: Problem?
        do { try await sync(option) } catch let problem as Problem where problem.code == "singer.tap" && !isSpeaking {
            refusal = problem
        }
        // Taps of the first years take their catalog as --properties: given another option they refuse it, or say nothing at all.
        // One with a state has worked as it is.
        let isLegacy = !isSpeaking && state == nil && option == .catalog
        if isLegacy, await knowsProperties() {
            logger.notice("the tap takes its catalog as --properties, from now on")
            try await found(.properties)
            return try await sync(.properties)
        }
        if let refusal {
            // Taps that stumble over their own catalog exist; run without one they read all that they have.
            throw Problem(
                refusal.code, refusal.reason, at: refusal.place,
                remedy: "If the tap has no use for a catalog, set catalog: none")
        }
    }

    /// Whether the tap's own help names --properties.
    private func knowsProperties() async -> Bool {
        struct NoHelp: Error {}
        var text: [UInt8] = []
        // A tap that knows no help begins to read; what it says then is left to nobody.
        try? await run(["--help"]) { line in
            if line.first == 0x7B || text.count > 65_536 { throw NoHelp() }
            text += line
        }
        return String(decoding: text, as: UTF8.self).contains("--properties")
    }

    private func run(_ arguments: [String], _ use: ([UInt8]) async throws -> Void) async throws {
        var command = ChildCommand(
            settings.command + ["--config", try file("config.json", config)] + arguments, folder: folder)
        // Taps of the Meltano SDK look for their home; they get one that goes with the run.
        command.environment["HOME"] = scratch
        let tail = Mutex<[String]>([])
        let ending = try await ChildLines(command, silence: settings.silence) { [mask, logger] line in
            let line = mask.mask(line)
            logger.debug("\(line)")
            tail.withLock { $0 = $0.suffix(4) + [line] }
        }.run(use)
        guard ending == .code(0) else {
            let lines = tail.withLock { $0 }.filter { !$0.isEmpty }
            let tail = lines.isEmpty ? "it logged nothing" : lines.joined(separator: " | ")
            throw Problem("singer.tap", "the tap \(ending): \(tail)", at: .init(path: "command"))
        }
    }

    private func file(_ name: String, _ value: JSONValue) throws -> String {
        let path = "\(scratch)/\(name)"
        try Data(value.text.utf8).write(to: URL(filePath: path))
        return path
    }
}
