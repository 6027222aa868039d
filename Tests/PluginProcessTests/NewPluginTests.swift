import Foundation
import RapportCore
import RapportPluginKit
import RapportPluginProcess
import RapportTestKit
import Testing

/// What the generators write is built and run, not only looked at.
@Suite("New plugins")
struct NewPluginTests {
    let folder = FileManager.default.temporaryDirectory.appending(path: "new-plugin-\(UUID().uuidString)")

    func rapport(_ arguments: String...) async throws -> (code: Int32, text: String) {
        try await Program.run("\(SwiftProgram.products)/rapport", arguments + ["--no-color"])
    }

    /// Runs the conformance suite against the plugin in a folder.
    func conform(_ path: String, settings: [String: JSONValue], arrived: @escaping @Sendable () throws -> [String]) async throws {
        let plugin = try ExternalPlugin(folder: path)
        let settings = Settings(values: settings)
        let report =
            switch plugin.manifest.kind {
            case .channel:
                await ChannelConformance(arrived: { try arrived() }) {
                    try #require(try plugin.make(settings, .testing()) as? any Channel)
                }.run()
            case .source:
                await SourceConformance(count: 9) { try #require(try plugin.make(settings, .testing()) as? any DataSource) }.run()
            }
        #expect(report.failures.isEmpty, "\(report)")
        #expect(report.checks > 5)
    }

    @Test("`rapport plugins new` in Python passes the conformance suite at once", arguments: ["channel", "source"])
    func python(kind: String) async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let made = try await rapport("plugins", "new", kind, "my_own", "--in", folder.path)
        #expect(made.code == 0, "\(made.text)")
        let own = folder.appending(path: "my_own_\(kind)")
        let manifest = try ExternalPlugin(folder: own.path).manifest
        #expect(manifest.id == "\(kind).my_own")
        try readable(own, manifest)
        let data = folder.appending(path: "data")
        try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
        if kind == "source" {
            for number in 1...9 { try Data(#"{"id": \#(number)}"#.utf8).write(to: data.appending(path: "\(number).json")) }
        }
        try await conform(own.path, settings: ["folder": .string(data.path), "stream": "people"]) {
            try FileManager.default.contentsOfDirectory(atPath: data.path).map { String($0.dropLast(5)) }
        }
        let again = try await rapport("plugins", "new", kind, "my_own", "--in", folder.path)
        #expect(again.code == 1 && again.text.contains("exists already"), "\(again.text)")
    }

    @Test(
        "`rapport plugins new --language swift` and scripts/new-plugin make one source, which builds and passes the suite at once",
        arguments: ["channel", "source"])
    func swift(kind: String) async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let type = kind == "channel" ? "HelloChannel" : "HelloSource"
        let made = try await rapport(
            "plugins", "new", kind, "hello", "--language", "swift", "--in", folder.path, "--rapport", SwiftProgram.root.path)
        #expect(made.code == 0, "\(made.text)")
        let own = folder.appending(path: "hello_\(kind)")
        let sources = own.appending(path: "Sources/\(type)").path
        let program = own.appending(path: ".build/release/\(type)").path
        let built = try await SwiftProgram.build(
            ["\(sources)/\(type).swift", "\(sources)/\(type)Main.swift"], module: type, to: program)
        try #require(built.code == 0, "\(built.text)")

        // Its plugin.yaml is what the program itself says.
        let said = try await Program.run("/bin/sh", ["-c", "cd '\(own.path)' && .build/release/\(type) --manifest"])
        #expect(said.text == (try String(contentsOf: own.appending(path: "plugin.yaml"), encoding: .utf8)))
        try readable(own, ExternalPlugin(folder: own.path).manifest)

        let file = folder.appending(path: "data.jsonl")
        if kind == "source" { try Data((1...9).map { "{\"id\": \($0)}\n" }.joined().utf8).write(to: file) }
        try await conform(own.path, settings: ["file": .string(file.path)]) {
            guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [] }
            return try text.split(separator: "\n").compactMap { try JSONValue(parsing: $0)["id"]?.string }
        }
        try await builtIn(kind, type, sources: "\(sources)/\(type).swift", sample: own.appending(path: "config.sample.yaml"))
    }

    /// The same source as a built-in plugin: in a copy of the manifest, which SwiftPM and the registry then know.
    private func builtIn(_ kind: String, _ type: String, sources: String, sample: URL) async throws {
        let copy = folder.appending(path: "rapport")
        try FileManager.default.createDirectory(at: copy.appending(path: "Apps/rapport"), withIntermediateDirectories: true)
        for name in ["Package.swift", "Plugins", "scripts", ".swift-format", "Apps/rapport/Templates"] {
            try FileManager.default.copyItem(
                at: SwiftProgram.root.appending(path: name), to: copy.appending(path: name))
        }
        let script = copy.appending(path: "scripts/new-plugin").path
        let made = try await Program.run("/usr/bin/env", ["python3", script, kind, "hello"])
        #expect(made.code == 0, "\(made.text)")
        let again = try await Program.run("/usr/bin/env", ["python3", script, kind, "hello"])
        #expect(again.code == 1 && again.text.contains("exists already"), "\(again.text)")

        let own = copy.appending(path: "Plugins/\(kind == "channel" ? "Channels" : "Sources")/\(type)")
        func text(_ url: URL) throws -> String { try String(contentsOf: url, encoding: .utf8) }
        #expect(try text(own.appending(path: "Sources/\(type).swift")) == text(URL(filePath: sources)))
        #expect(try text(own.appending(path: "config.sample.yaml")) == text(sample))
        #expect(try text(own.appending(path: "README.md")).contains("`file`"))
        #expect(try text(copy.appending(path: "Package.swift")).components(separatedBy: "\"\(type)\"").count == 3)
        let registered = try text(copy.appending(path: "Plugins/Registered/RegisteredPlugins.swift"))
        #expect(registered.contains("import \(type)\n") && registered.contains("        \(type).self,\n"))
        let formatted = try await Program.run(
            "/usr/bin/env",
            [
                "swift", "format", "lint", "-r", "--strict", "--configuration", copy.appending(path: ".swift-format").path,
                own.path,
                copy.appending(path: "Plugins/Registered").path,
            ])
        #expect(formatted.code == 0, "\(formatted.text)")
    }

    /// README and sample are there, name every option, and the sample is a configuration that can be read.
    private func readable(_ own: URL, _ manifest: Manifest) throws {
        let sample = try String(contentsOf: own.appending(path: "config.sample.yaml"), encoding: .utf8)
        #expect(sample == manifest.sample)
        let readme = try String(contentsOf: own.appending(path: "README.md"), encoding: .utf8)
        #expect(!readme.contains("{{"))
        for option in manifest.settings.options { #expect(readme.contains("`\(option.name)`"), "\(option.name)") }
    }

    @Test("a name that is none is refused", arguments: ["Hello", "a b", "1st", "../x", "", "a__b"])
    func names(name: String) async throws {
        let made = try await rapport("plugins", "new", "channel", name, "--in", folder.path)
        #expect(made.code == 1 && made.text.contains("is no name"), "\(made.text)")
        #expect(!FileManager.default.fileExists(atPath: folder.path))
    }
}
