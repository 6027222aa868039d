import Foundation
import RapportCore
import RapportMail
public import RapportPluginKit

/// Writes each message as a file in a folder instead of sending it: for trying out, for tests, and for a database that was
/// restored and must not send.
public struct OutboxChannel: Channel {
    public static let manifest = Manifest(
        id: "channel.outbox", kind: .channel, version: "1.0.0",
        summary: "Writes one .eml or .json file a message into a folder instead of sending it.",
        capabilities: Capabilities(addresses: "email", html: true, subject: true, bulk: 50, idempotent: true),
        settings: Spec([
            .init(
                "folder", .path, required: true,
                help: "The folder for the files, made if it is missing; a relative path starts at the configuration's folder.",
                example: "outbox"),
            .init(
                "format", .choice(["eml", "json"]), default: "eml",
                help: "A mail as any mail program opens it, or the message as JSON with all that Rapport knows of it."),
        ]), duties: [.erase])

    private enum Format: String { case eml, json }
    let folder: String
    private let format: Format
    private let clock: any WallClock

    public init(settings: Settings, environment: PluginEnvironment) throws {
        guard let folder = settings.text("folder"), let format = settings.text("format").flatMap(Format.init) else {
            throw Problem("plugin.settings", "channel.outbox needs a folder and a format")
        }
        self.folder = folder
        self.format = format
        clock = environment.clock
    }

    public func probe() async throws -> ProbeReport {
        try makeFolder()
        guard FileManager.default.isWritableFile(atPath: folder) else {
            throw Problem("outbox.folder", "\(folder) cannot be written to", remedy: "Give this user the right to write there")
        }
        return ProbeReport(findings: ["\(folder) can be written to"])
    }

    public func run() async throws {
        try makeFolder()
        try await Task.sleep(for: .seconds(1 << 40))
    }

    public func send(_ messages: [OutgoingMessage]) async -> [SendResult] {
        messages.map { message in
            do {
                return try write(message)
            } catch let problem as Problem {
                return .refused(reason: problem.description)
            } catch {
                // A full or missing disk may be mended: the message waits.
                return .deferred(until: nil, reason: "\(folder): \(error.localizedDescription)")
            }
        }
    }

    private func write(_ message: OutgoingMessage) throws -> SendResult {
        guard let id = PublicID(message.id) else {
            throw Problem("outbox.id", "\"\(message.id)\" is no UUID, so it cannot name a file")
        }
        let path = "\(folder)/\(id).\(format.rawValue)"
        // The name is the message's id: what lies there already was this message.
        if FileManager.default.fileExists(atPath: path) { return .sent(providerID: "\(id)") }
        let bytes =
            switch format {
            case .eml: try MailComposer.compose(message, messageID: "\(id)@\(Self.domain(of: message.from))", date: clock.now)
            case .json: Array((message.json.text + "\n").utf8)
            }
        try makeFolder()
        // Written beside and renamed, so that nobody ever reads half a message.
        try Data(bytes).write(to: URL(filePath: path), options: .atomic)
        return .sent(providerID: "\(id)")
    }

    private static func domain(of address: String) -> Substring {
        address.split(separator: "@").last ?? "localhost"
    }

    private func makeFolder() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
}
