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

    func run(catalog: SingerCatalog?, state: JSONValue?, _ use: ([UInt8]) async throws -> Void) async throws {
        var arguments: [String] = []
        if let catalog { arguments += ["--\(settings.catalog.rawValue)", try file("catalog.json", catalog.json)] }
        if let state { arguments += ["--state", try file("state.json", state)] }
        var isSpeaking = false
        do {
            try await run(arguments) { line in
                isSpeaking = true
                try await use(line)
            }
        } catch let problem as Problem where problem.code == "singer.tap" && catalog != nil && !isSpeaking {
            // Taps that stumble over their own catalog exist; run without one they read all that they have.
            throw Problem(
                problem.code, problem.reason, at: problem.place,
                remedy: "If the tap has no use for a catalog, set catalog: none")
        }
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
