import Foundation
import RapportTestKit
import Testing

/// The apps as processes, killed and started again: the short run of scripts/crash-test.
@Suite("Processes that die", .serialized)
struct CrashTests {
    @Test("no message twice and none lost, no event lost or applied twice", arguments: DatabaseKind.available)
    func crashes(kind: DatabaseKind) async throws {
        try await run(["--rounds", "5", "--people", "300", "--database", kind == .sqlite ? "sqlite" : "postgres", "--seed", "11"])
    }

    @Test("workers share one PostgreSQL; the partitions of one that dies are taken over")
    func sharing() async throws {
        guard DatabaseKind.available.contains(.postgres) else { return }
        try await run(["--rounds", "3", "--people", "300", "--database", "postgres", "--workers", "3", "--seed", "12"])
    }

    @Test("no tracked call that was answered is lost or counted twice when servers die", arguments: DatabaseKind.available)
    func intake(kind: DatabaseKind) async throws {
        try await run(
            ["--intake", "--rounds", "5", "--seed", "13"]
                + (kind == .sqlite ? ["--database", "sqlite"] : ["--database", "postgres", "--workers", "2"]))
    }

    private func run(_ arguments: [String]) async throws {
        let (code, text) = try await Program.run(
            "/usr/bin/env",
            ["python3", Program.root.appending(path: "scripts/crash-test").path(), "--bin", Program.folder] + arguments)
        #expect(code == 0, "\(text)")
    }
}
