import Foundation

/// The checkout that these tests were built from.
enum Repository {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func path(_ relative: String) -> String { root.appending(path: relative).path(percentEncoded: false) }

    /// Shipped Swift files: no tests, no fixtures.
    static func shippedSwiftFiles() throws -> [String] {
        try ["Modules", "Plugins", "Apps"].flatMap { top in
            try FileManager.default.subpathsOfDirectory(atPath: path(top)).map { "\(top)/\($0)" }
        }.filter { $0.hasSuffix(".swift") && !$0.contains("/Tests/") }.sorted()
    }

    /// Runs a program to its end and returns its exit code with all that it wrote.
    static func run(_ program: String, _ arguments: [String], environment: [String: String] = [:]) throws -> (
        code: Int32, text: String
    ) {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.currentDirectoryURL = root
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}
