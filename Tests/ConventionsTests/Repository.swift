import Foundation
import RapportTestKit

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

    /// Runs a program in the checkout to its end and returns its exit code with all that it wrote.
    static func run(_ program: String, _ arguments: [String], environment: [String: String] = [:]) async throws -> (
        code: Int32, text: String
    ) { try await Program.run(program, arguments, environment: environment, in: root) }
}
