import Foundation
import RapportTestKit
import Testing

/// What is answered with 200 is on the disk: the server is watched from below, by strace.
@Suite("Durability", .serialized)
struct DurabilityTests {
    @Test("an event is written and synced before its 200 leaves, and none leaves while the disk refuses")
    func synced() async throws {
        let (code, text) = try await Program.run(
            "/usr/bin/env",
            ["python3", Program.root.appending(path: "Tests/Judge/durable.py").path(), "--bin", Program.folder])
        if code == 77 {
            print(text)
            return
        }
        #expect(code == 0, "\(text)")
        if text.contains("skipped") { print(text) }
    }
}
