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
        let written = try File()
        defer { written.remove() }
        let process = process(program, arguments, environment, folder)
        process.standardOutput = written.handle
        process.standardError = written.handle
        process.standardInput = FileHandle.nullDevice
        return (try await end(of: process), try written.text())
    }

    /// Gives a program something to read.
    ///
    /// - Returns: the exit code, and what it wrote to standard output and to standard error.
    public static func run(
        _ program: String, _ arguments: [String], reading input: [UInt8]
    ) async throws -> (code: Int32, output: String, errors: String) {
        let (read, output, errors) = (try File(input), try File(), try File())
        defer { for file in [read, output, errors] { file.remove() } }
        let process = process(program, arguments, [:], nil)
        process.standardInput = read.handle
        process.standardOutput = output.handle
        process.standardError = errors.handle
        return (try await end(of: process), try output.text(), try errors.text())
    }

    private static func process(
        _ program: String, _ arguments: [String], _ environment: [String: String], _ folder: URL?
    ) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        if let folder { process.currentDirectoryURL = folder }
        return process
    }

    /// Not waitUntilExit, which may never return on one of Swift's own threads.
    private static func end(of process: Process) async throws -> Int32 {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Int32, any Error>) in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
    }

    /// A file, and no pipe: nobody has to read while the program writes.
    private struct File {
        let place: URL
        let handle: FileHandle

        init(_ bytes: [UInt8]? = nil) throws {
            place = FileManager.default.temporaryDirectory.appending(path: "program-\(UUID().uuidString)")
            try Data(bytes ?? []).write(to: place)
            handle = try bytes == nil ? FileHandle(forWritingTo: place) : FileHandle(forReadingFrom: place)
        }

        func text() throws -> String { String(decoding: try Data(contentsOf: place), as: UTF8.self) }
        func remove() { try? FileManager.default.removeItem(at: place) }
    }
}
