import Foundation
import Logging
import RapportCore
import RapportPluginKit
import Testing

/// aiosmtpd in a process of its own: strict about lines, and refusing as the recipient's name asks.
final class StrictServer {
    let port: Int
    let certificate: String
    private let process: Process
    let folder: URL

    private init(port: Int, certificate: String, process: Process, folder: URL) {
        self.port = port
        self.certificate = certificate
        self.process = process
        self.folder = folder
    }

    static let root = URL(filePath: #filePath).appending(path: "../../../../..").standardizedFileURL

    /// `nil`, said aloud, where aiosmtpd is not installed.
    static func start(certificate: Bool = false) async throws -> StrictServer? {
        let python = root.appending(path: ".venv-judges/bin/python3").path
        guard FileManager.default.isExecutableFile(atPath: python) else {
            print("skipped: aiosmtpd is not installed: run scripts/judges")
            return nil
        }
        let folder = FileManager.default.temporaryDirectory.appending(path: "smtp-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let pem = folder.appending(path: "server.pem").path
        if certificate {
            let openssl = Process()
            openssl.executableURL = URL(filePath: "/usr/bin/env")
            openssl.arguments = [
                "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
                "subjectAltName=DNS:localhost", "-keyout", pem + ".key", "-out", pem,
            ]
            openssl.standardError = FileHandle.nullDevice
            // Not waitUntilExit, which may never return on one of Swift's own threads.
            try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
                openssl.terminationHandler = { _ in done.resume() }
                do { try openssl.run() } catch {
                    openssl.terminationHandler = nil
                    done.resume(throwing: error)
                }
            }
        }
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = [
            root.appending(path: "Plugins/Channels/EmailChannel/Tests/strict_server.py").path, folder.path,
            certificate ? pem : "",
        ]
        let output = Pipe()
        process.standardOutput = output
        // The server ends when its standard input does, so that it never outlives the tests.
        process.standardInput = Pipe()
        try process.run()
        var line = ""
        while !line.hasSuffix("\n") {
            let byte = output.fileHandleForReading.readData(ofLength: 1)
            if byte.isEmpty { throw Problem("test.server", "aiosmtpd did not start") }
            line += String(decoding: byte, as: UTF8.self)
        }
        let port = try #require(Int(line.trimmingCharacters(in: .whitespacesAndNewlines)))
        return StrictServer(port: port, certificate: pem, process: process, folder: folder)
    }

    func received() throws -> [JSONValue] { try Self.received(in: folder) }

    static func received(in folder: URL) throws -> [JSONValue] {
        let file = folder.appending(path: "received.jsonl")
        guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [] }
        return try text.split(separator: "\n").map { try JSONValue(parsing: $0) }
    }

    func stop() {
        if process.isRunning { process.terminate() }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }
}

extension PluginEnvironment {
    struct FixedClock: WallClock { var now: Timestamp { Timestamp(milliseconds: 1_767_225_600_000) } }

    struct NoState: PluginState {
        func value(_ key: String) async throws -> JSONValue? { nil }
        func set(_ key: String, _ value: JSONValue?) async throws {}
    }

    static var testing: PluginEnvironment {
        PluginEnvironment(
            instance: "mail", logger: Logger(label: "test"), clock: FixedClock(), folder: "/", state: NoState())
    }
}
