import Foundation

/// Runs programs to their end, without blocking one of Swift's own threads meanwhile.
enum Program {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Where the tests stand, the apps stand.
    static let folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().path()

    /// - Returns: the exit code, and all that it wrote to standard output and error.
    static func run(_ program: String, _ arguments: [String]) async throws -> (code: Int32, text: String) {
        let log = FileManager.default.temporaryDirectory.appending(path: "program-\(UUID().uuidString).txt")
        _ = FileManager.default.createFile(atPath: log.path(), contents: nil)
        defer { try? FileManager.default.removeItem(at: log) }
        let output = try FileHandle(forWritingTo: log)
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        // Not waitUntilExit, which may never return on one of Swift's own threads.
        let code = try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Int32, any Error>) in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        return (code, try String(contentsOf: log, encoding: .utf8))
    }
}
