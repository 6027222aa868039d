import Foundation
import RapportCore
import Testing

/// Runs outside judges: Python programs in .venv-judges (scripts/judges makes it), and openssl.
enum Judge {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let python = root.appending(path: ".venv-judges/bin/python3").path

    static let hasDKIM: Bool = (try? run("import dkim, nacl", input: [])) != nil

    static func skip(_ reason: String) { print("skipped: \(reason)") }

    /// Runs `script` with `input` on standard input, and returns what it printed.
    static func run(_ script: String, _ arguments: [String] = [], input: [UInt8]) throws -> String {
        let program = FileManager.default.isExecutableFile(atPath: python) ? python : "/usr/bin/env"
        return try launch(program, (program == python ? [] : ["python3"]) + ["-c", script] + arguments, input: input)
    }

    static func openssl(_ kind: String) throws -> String {
        let options = kind == "rsa" ? ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"] : ["-algorithm", "ED25519"]
        return try launch("/usr/bin/env", ["openssl", "genpkey"] + options, input: [])
    }

    private static func launch(_ program: String, _ arguments: [String], input: [UInt8]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        let file = FileManager.default.temporaryDirectory.appending(path: "judge-\(UUID().uuidString)")
        try Data(input).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        process.standardInput = try FileHandle(forReadingFrom: file)
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Problem("judge.failed", complaint) }
        return text
    }
}
