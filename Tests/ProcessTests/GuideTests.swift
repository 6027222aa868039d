import Foundation
import RapportTestKit
import Testing

/// The guides, followed by the letter.
@Suite("Guides", .serialized)
struct GuideTests {
    /// The commands of a guide's `sh` blocks, a block each.
    private func blocks(_ guide: String) throws -> [String] {
        let text = try String(contentsOf: Program.root.appending(path: "docs/guides/\(guide).md"), encoding: .utf8)
        return text.split(separator: "```sh\n").dropFirst().compactMap { $0.split(separator: "\n```").first.map(String.init) }
    }

    @Test("getting started ends with a message to whom may be written to, and says why the other got none")
    func gettingStarted() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "guide-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // What is built stands already; the worker of the other terminal is ended once it has done its work.
        let worker = """
            rapport-worker & worker=$!
            for try in $(seq 120); do rapport why hello | grep -qE '1 got it|1 waits' && break; sleep 0.5; done
            kill $worker; wait $worker
            """
        let lines = try blocks("getting-started").joined(separator: "\n").split(separator: "\n").map { line in
            line.hasPrefix("swift build") || line.hasPrefix("export PATH") ? "" : line
        }.map { $0.hasPrefix("rapport-worker") ? worker : String($0) }
        let script = folder.appending(path: "guide.sh")
        try Data(("set -eu\nexport PATH=\"\(Program.folder):$PATH\"\n" + lines.joined(separator: "\n") + "\n").utf8)
            .write(to: script)
        let (code, text) = try await Program.run("/usr/bin/env", ["bash", script.path()], in: folder)
        #expect(code == 0, "\(text)")
        // At night nobody is written to, and the guide's commands say so.
        let isNight = text.contains("quiet hours where they live")
        let told =
            isNight
            ? ["0 would get it now", "1 waits for it", "Ann Lee has not been written to yet"]
            : ["1 would get it now", "of 2 people asked, 1 got it", "Ann Lee was written to by email"]
        for part in ["line 4: email", "Ann Lee", "hello is scheduled", "Nobody sends at the moment"] + told {
            #expect(text.contains(part), "\(part) is missing in: \(text)")
        }
        let mails = try? FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "shop/outbox").path())
        #expect((mails ?? []).count == (isNight ? 0 : 1))
    }
}
