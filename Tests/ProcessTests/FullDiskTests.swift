import Foundation
import RapportTestKit
import Testing

/// An upgrade, an import, a campaign and a backup on a disk that is really full: a small file system in memory.
@Suite("Full disks")
struct FullDiskTests {
    /// Root mounts in a namespace of its own; others where the system lets them be root there.
    private static let mounting = getuid() == 0 ? ["unshare", "-m"] : ["unshare", "-rm"]

    @Test("say so, leave nothing half-written, and go on when there is room")
    func full() async throws {
        let (mayMount, _) = try await Program.run("/usr/bin/env", Self.mounting + ["mount", "-t", "tmpfs", "tmpfs", "/mnt"])
        guard mayMount == 0 else {
            print("skipped: this user may not mount a file system of its own (unshare -rm)")
            return
        }
        let judge = Program.root.appending(path: "Tests/Judge/full_disk.py").path()
        let (code, text) = try await Program.run("/usr/bin/env", Self.mounting + ["python3", judge, Program.folder])
        #expect(code == 0, "\(text)")
    }
}
