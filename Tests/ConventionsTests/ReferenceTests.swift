import Foundation
import Testing

/// Files that are generated and committed. `RECORD=1 swift test` writes them anew, and fails so that nobody forgets to look.
enum Golden {
    static var isRecording: Bool { ProcessInfo.processInfo.environment["RECORD"] == "1" }

    static func expect(_ actual: String, is path: String) throws {
        let file = Repository.path(path)
        if isRecording {
            try FileManager.default.createDirectory(
                at: URL(filePath: file).deletingLastPathComponent(), withIntermediateDirectories: true)
            let isNew = (try? String(contentsOfFile: file, encoding: .utf8)) != actual
            try actual.write(toFile: file, atomically: true, encoding: .utf8)
            if isNew { Issue.record("\(path) was written anew: look at the difference, then run without RECORD") }
        } else {
            let expected = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
            #expect(actual == expected, "\(path) differs: run the tests with RECORD=1, and look at what changed")
        }
    }

    /// The built executable beside this test bundle.
    static func rapport(_ arguments: [String]) async throws -> (code: Int32, text: String) {
        let folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        return try await Repository.run(
            folder.appending(path: "rapport").path(), arguments, environment: ["COLUMNS": "100", "NO_COLOR": "1"])
    }
}

@Suite("Generated reference")
struct ReferenceTests {
    @Test("the reference page of plugins is what the plugins say")
    func plugins() async throws {
        let result = try await Golden.rapport(["plugins", "reference"])
        #expect(result.code == 0)
        try Golden.expect(result.text, is: "docs/reference/plugins.md")
    }

    @Test("the reference page of the SQL views is what the views say")
    func views() async throws {
        let result = try await Golden.rapport(["views", "reference"])
        #expect(result.code == 0)
        try Golden.expect(result.text, is: "docs/reference/views.md")
    }

    @Test("each plugin's sample file is what its specification says")
    func samples() async throws {
        for folder in try pluginFolders() {
            guard let id = try pluginID(folder) else { continue }
            let result = try await Golden.rapport(["plugins", "describe", id])
            // Not in Plugins/Registered: its own tests compare its sample.
            if result.code == 3 { continue }
            #expect(result.code == 0, "\(result.text)")
            try Golden.expect(result.text, is: "\(folder)/config.sample.yaml")
        }
    }

    @Test("a sample shows an option's default, or what one could write: never an empty text")
    func examples() async throws {
        for folder in try pluginFolders() {
            let sample = try String(contentsOfFile: Repository.path("\(folder)/config.sample.yaml"), encoding: .utf8)
            #expect(!sample.contains(#": """#), "an option of \(folder) has neither default nor example")
        }
    }

    @Test("each plugin's README names each of its options")
    func readmes() async throws {
        for folder in try pluginFolders() {
            guard let id = try pluginID(folder) else { continue }
            let readme = try String(contentsOfFile: Repository.path("\(folder)/README.md"), encoding: .utf8)
            let result = try await Golden.rapport(["plugins", "describe", id])
            for line in result.text.split(separator: "\n").dropFirst(2) where !line.contains("##") {
                let option = line.drop { $0 == " " || $0 == "#" }.prefix { $0 != ":" }
                if option != "plugin" { #expect(readme.contains("`\(option)`"), "\(folder)/README.md lacks \(option)") }
            }
        }
    }

    private func pluginFolders() throws -> [String] {
        try ["Plugins/Channels", "Plugins/Sources"].flatMap { kind in
            try FileManager.default.contentsOfDirectory(atPath: Repository.path(kind)).sorted().map { "\(kind)/\($0)" }
        }
    }

    /// The id that the plugin's code declares; `nil` while there is no code.
    private func pluginID(_ folder: String) throws -> String? {
        let sources = Repository.path("\(folder)/Sources")
        for name in try FileManager.default.subpathsOfDirectory(atPath: sources) where name.hasSuffix(".swift") {
            let text = try String(contentsOfFile: "\(sources)/\(name)", encoding: .utf8)
            if let match = text.firstMatch(of: /id: "((?:channel|source)\.[a-z0-9_.]+)"/) { return String(match.1) }
        }
        return nil
    }
}

@Suite("Help")
struct HelpTests {
    @Test("the help of every command is as recorded, shows an example, and answers --json")
    func help() async throws {
        for command in try await commands([]) {
            let result = try await Golden.rapport(command + ["--help"])
            #expect(result.code == 0)
            let name = (["rapport"] + command).joined(separator: "-")
            try Golden.expect(result.text, is: "Tests/Golden/Help/\(name).txt")
            let isGroup = result.text.contains("SUBCOMMANDS:\n")
            if !isGroup { #expect(result.text.contains("EXAMPLES:"), "\(name) shows no example") }
        }
    }

    @Test("wrong usage ends with 2, a problem with 1, something not found with 3")
    func exitCodes() async throws {
        #expect(try await Golden.rapport(["--nonsense"]).code == 2)
        #expect(try await Golden.rapport(["plugins", "describe"]).code == 2)
        #expect(try await Golden.rapport(["plugins", "describe", "channel.nowhere"]).code == 3)
        #expect(try await Golden.rapport(["apply", "x", "--database", "sqlite:/proc/nowhere/x.db"]).code == 1)
        for (words, meant) in [
            (["imprt", "people.csv"], "rapport import"), (["campaigns", "forcast", "hello"], "rapport campaigns forecast"),
            (["forecast", "hello"], "rapport campaigns forecast"), (["people", "xyzzy"], "rapport people --help"),
        ] {
            let result = try await Golden.rapport(words)
            #expect(result.code == 2 && result.text.contains("\"\(meant)\""), "\(result.text)")
        }
        let json = try await Golden.rapport(["plugins", "describe", "channel.nowhere", "--json"])
        #expect(json.text.hasPrefix("{\"errors\":[{\"code\":\"plugin.not_found\""))
    }

    /// Every command by walking the help pages, groups before their members.
    private func commands(_ path: [String]) async throws -> [[String]] {
        let text = try await Golden.rapport(path + ["--help"]).text
        var names: [String] = []
        var isList = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            isList = line.isEmpty ? false : isList || line.hasSuffix("SUBCOMMANDS:")
            guard isList, line.hasPrefix("  "), !line.hasPrefix("   "), let name = line.split(separator: " ").first else {
                continue
            }
            names.append(String(name))
        }
        if names.isEmpty { return [path] }
        #expect(path.count < 4)
        if path.count > 3 { return [] }
        var all = [path]
        for name in names { all += try await commands(path + [name]) }
        return all
    }
}
