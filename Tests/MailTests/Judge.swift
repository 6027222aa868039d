import Foundation
import RapportCore
import RapportTestKit
import Testing

/// Runs outside judges: Python programs in .venv-judges (scripts/judges makes it), and openssl.
enum Judge {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let python = root.appending(path: ".venv-judges/bin/python3").path

    static var hasDKIM: Bool {
        get async { (try? await run("import dkim, nacl", input: [])) != nil }
    }

    static func skip(_ reason: String) { print("skipped: \(reason)") }

    /// Runs `script` with `input` on standard input, and returns what it printed.
    static func run(_ script: String, _ arguments: [String] = [], input: [UInt8]) async throws -> String {
        let program = FileManager.default.isExecutableFile(atPath: python) ? python : "/usr/bin/env"
        return try await launch(program, (program == python ? [] : ["python3"]) + ["-c", script] + arguments, input: input)
    }

    static func openssl(_ kind: String) async throws -> String {
        let options = kind == "rsa" ? ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"] : ["-algorithm", "ED25519"]
        return try await launch("/usr/bin/env", ["openssl", "genpkey"] + options, input: [])
    }

    private static func launch(_ program: String, _ arguments: [String], input: [UInt8]) async throws -> String {
        let result = try await Program.run(program, arguments, reading: input)
        guard result.code == 0 else { throw Problem("judge.failed", result.errors) }
        return result.output
    }
}
