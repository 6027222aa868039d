import Foundation
import RapportTestKit
import Testing

/// rapport-server as a process, with the unmodified Segment library and plain HTTP against it.
@Suite("The server as a process", .serialized)
struct ServerTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test("tracking, lookups, pages, health and an orderly end")
    func serves() async throws {
        let python = Self.root.appending(path: ".venv-judges/bin/python3").path()
        guard FileManager.default.isExecutableFile(atPath: python) else {
            print("skipped: the Segment library is not installed: run scripts/judges")
            return
        }
        let programs = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().path()
        let log = FileManager.default.temporaryDirectory.appending(path: "server-\(UUID().uuidString).txt")
        _ = FileManager.default.createFile(atPath: log.path(), contents: nil)
        defer { try? FileManager.default.removeItem(at: log) }
        let output = try FileHandle(forWritingTo: log)
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = [Self.root.appending(path: "Tests/Judge/tracking.py").path(), "--bin", programs]
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        let code = try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Int32, any Error>) in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        let text = try String(contentsOf: log, encoding: .utf8)
        #expect(code == 0, "\(text)")
    }
}
