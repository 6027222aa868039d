import ExecChannel
import Foundation
import RapportCore
import RapportPluginKit
import RapportTestKit
import Testing

@Suite("channel.exec")
struct ExecChannelTests {
    static let program = URL(filePath: #filePath)
        .appending(path: "../../../../../config/examples/plugins/file_channel/file_channel.py").standardizedFileURL.path
    let folder = FileManager.default.temporaryDirectory.appending(path: "exec-\(UUID().uuidString)")

    @Test("a program named in the YAML passes the conformance suite")
    func conformance() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let folder = folder
        let node = try YAMLNode(
            parsing:
                "{plugin: channel.exec, command: [python3, \(Self.program)], settings: {folder: \(folder.path)}, idempotent: true}"
        )
        let settings = try ExecChannel.manifest.settings.decode(
            node, besides: ["plugin"], secrets: SecretReader(environment: [:], folder: "/"), folder: "/")
        let report = await ChannelConformance(
            arrived: { try FileManager.default.contentsOfDirectory(atPath: folder.path).map { String($0.dropLast(5)) } },
            declaresDuties: false,
            make: { try ExecChannel(settings: settings, environment: .testing()) }
        ).run()
        #expect(report.failures.isEmpty, "\(report)")
    }

    @Test("without a command there is no channel")
    func empty() {
        #expect(throws: Problem.self) {
            try ExecChannel(settings: Settings(values: ["command": []]), environment: .testing())
        }
    }
}
