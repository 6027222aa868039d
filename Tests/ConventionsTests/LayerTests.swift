import Foundation
import Testing

@Suite("Layers")
struct LayerTests {
    @Test("every import of every shipped file points the right way")
    func files() async throws {
        let result = try await Repository.run("/usr/bin/env", ["python3", "scripts/check-layers", "--files"])
        #expect(result.code == 0, "\(result.text)")
    }

    @Test(
        "an import against an arrow is found",
        arguments: [
            ("Modules/Engagement/Segments/A.swift", "import RapportIntegration"),
            ("Modules/Core/A.swift", "import GRDB"),
            ("Modules/Storage/A.swift", "@testable public import RapportHost"),
            ("Modules/Host/A.swift", "internal import OutboxChannel"),
            ("Plugins/Channels/OutboxChannel/Sources/A.swift", "import RapportStorage"),
            ("Plugins/Channels/OutboxChannel/Sources/A.swift", "import struct RapportHost.Rapport"),
            ("Modules/New/A.swift", "import RapportCore"),
        ])
    func offence(path: String, text: String) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "layers-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        for (path, text) in [
            (path, "// A file.\n\(text)\n"), ("Plugins/Channels/OutboxChannel/Sources/B.swift", "import RapportCore\n"),
        ] {
            let file = folder.appending(path: path)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        let result = try await Repository.run("/usr/bin/env", ["python3", "scripts/check-layers", "--files", folder.path()])
        #expect(result.code == 1)
        #expect(result.text.contains(path))
    }
}

@Suite("Mutants")
struct MutantTests {
    @Test("what each mutant of scripts/mutation-check changes is in the code, once")
    func places() async throws {
        let result = try await Repository.run("/usr/bin/env", ["python3", "scripts/mutation-check", "--texts"])
        #expect(result.code == 0, "\(result.text)")
    }
}

@Suite("Files")
struct FileSizeTests {
    @Test("no shipped Swift file is longer than 400 lines, and the median stays under 100")
    func sizes() throws {
        let sizes = try Repository.shippedSwiftFiles().map { path in
            (
                path: path,
                lines: try String(contentsOfFile: Repository.path(path), encoding: .utf8).split(
                    separator: "\n", omittingEmptySubsequences: false
                ).count
            )
        }
        let tooLong = sizes.filter { $0.lines > 400 }.map { "\($0.path): \($0.lines)" }
        #expect(tooLong.isEmpty, "past 400 lines a file wants to be two: \(tooLong)")
        let median = sizes.map(\.lines).sorted()[sizes.count / 2]
        print("\(sizes.count) shipped Swift files, \(sizes.map(\.lines).reduce(0, +)) lines, median \(median)")
        #expect(median < 100)
    }

    @Test("no shipped file says what is not there yet")
    func unfinished() throws {
        for path in try Repository.shippedSwiftFiles() {
            let text = try String(contentsOfFile: Repository.path(path), encoding: .utf8)
            for word in ["TO" + "DO", "FIX" + "ME", "X" + "XX"] where text.contains(word) { Issue.record("\(path): \(word)") }
        }
    }
}
