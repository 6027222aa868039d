import ExecSource
import Foundation
import RapportCore
import RapportPluginKit
import RapportTestKit
import Testing

@Suite("source.exec")
struct ExecSourceTests {
    static let program = URL(filePath: #filePath)
        .appending(path: "../../../../../config/examples/plugins/folder_source/folder_source.py").standardizedFileURL.path

    @Test("a program named in the YAML passes the conformance suite")
    func conformance() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "exec-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for number in 1...9 { try Data(#"{"n": \#(number)}"#.utf8).write(to: folder.appending(path: "\(number).json")) }
        let settings = Settings(values: [
            "command": ["python3", .string(Self.program)], "settings": ["folder": .string(folder.path)], "timeout": 20_000,
        ])
        let report = await SourceConformance(count: 9) {
            try ExecSource(settings: settings, environment: .testing())
        }.run()
        #expect(report.failures.isEmpty, "\(report)")
    }
}
