import Foundation
import RapportTestKit
import Testing

/// The apps as processes, killed and started again: the short run of scripts/crash-test.
@Suite("Processes that die", .serialized)
struct CrashTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Where the tests stand, the programs stand.
    private static let programs = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().path()

    @Test("no message twice and none lost, no event lost or applied twice", arguments: DatabaseKind.available)
    func crashes(kind: DatabaseKind) async throws {
        try await run(["--rounds", "5", "--people", "300", "--database", kind == .sqlite ? "sqlite" : "postgres", "--seed", "11"])
    }

    @Test("workers share one PostgreSQL; the partitions of one that dies are taken over")
    func sharing() async throws {
        guard DatabaseKind.available.contains(.postgres) else { return }
        try await run(["--rounds", "3", "--people", "300", "--database", "postgres", "--workers", "3", "--seed", "12"])
    }

    private func run(_ arguments: [String]) async throws {
        let log = FileManager.default.temporaryDirectory.appending(path: "crash-\(UUID().uuidString).txt")
        _ = FileManager.default.createFile(atPath: log.path(), contents: nil)
        defer { try? FileManager.default.removeItem(at: log) }
        let output = try FileHandle(forWritingTo: log)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            ["python3", Self.root.appending(path: "scripts/crash-test").path(), "--bin", Self.programs] + arguments
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
