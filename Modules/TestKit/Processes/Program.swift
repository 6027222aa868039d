public import Foundation

/// Runs programs to their end, without blocking one of Swift's own threads meanwhile.
public enum Program {
    /// - Parameters:
    ///   - environment: added to this process's own.
    ///   - folder: the working folder; `nil`: this process's own.
    /// - Returns: the exit code, and all that it wrote to standard output and error.
    public static func run(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], in folder: URL? = nil
    ) async throws -> (code: Int32, text: String) {
        let log = FileManager.default.temporaryDirectory.appending(path: "program-\(UUID().uuidString).txt")
        _ = FileManager.default.createFile(atPath: log.path(), contents: nil)
        defer { try? FileManager.default.removeItem(at: log) }
        let output = try FileHandle(forWritingTo: log)
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        if let folder { process.currentDirectoryURL = folder }
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        // Not waitUntilExit, which may never return on one of Swift's own threads.
        let code = try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Int32, any Error>) in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        return (code, String(decoding: try Data(contentsOf: log), as: UTF8.self))
    }
}
