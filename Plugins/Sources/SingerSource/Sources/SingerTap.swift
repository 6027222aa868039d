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
            return try SingerCatalog(JSONValue(parsing: text))
        } catch let problem as Problem where problem.code == "json.invalid" {
            throw Problem("singer.catalog", "what the tap writes with --discover is not JSON", at: .init(path: "command"))
        }
    }

    func run(catalog: SingerCatalog?, state: JSONValue?, _ use: ([UInt8]) async throws -> Void) async throws {
        var arguments: [String] = []
        if let catalog { arguments += ["--\(settings.catalog.rawValue)", try file("catalog.json", catalog.json)] }
        if let state { arguments += ["--state", try file("state.json", state)] }
        try await run(arguments, use)
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
            throw Problem("singer.tap", "the tap \(ending): \(lines.joined(separator: " | "))", at: .init(path: "command"))
        }
    }

    private func file(_ name: String, _ value: JSONValue) throws -> String {
        let path = "\(scratch)/\(name)"
        try Data(value.text.utf8).write(to: URL(filePath: path))
        return path
    }
}
