import Foundation
import Testing

@Suite("scripts/new-plugin")
struct NewPluginTests {
    /// A whole build of a copy would take minutes: the manifest is read by SwiftPM, and the sources are checked against the
    /// modules that this build made.
    @Test("makes a plugin that the manifest and the registry know, and that compiles", arguments: ["channel", "source"])
    func makes(kind: String) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "new-plugin-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for name in ["Package.swift", "Plugins", "scripts", ".swift-format"] {
            try FileManager.default.copyItem(atPath: Repository.path(name), toPath: folder.appending(path: name).path)
        }
        let type = kind == "channel" ? "HelloChannel" : "HelloSource"
        let made = try Repository.run(
            "/usr/bin/env", ["python3", folder.appending(path: "scripts/new-plugin").path, kind, "hello"])
        #expect(made.code == 0, "\(made.text)")
        let again = try Repository.run(
            "/usr/bin/env", ["python3", folder.appending(path: "scripts/new-plugin").path, kind, "hello"])
        #expect(again.code == 1 && again.text.contains("exists already"), "\(again.text)")

        let manifest = try String(contentsOf: folder.appending(path: "Package.swift"), encoding: .utf8)
        #expect(manifest.components(separatedBy: "\"\(type)\"").count == 3)
        let registered = try String(
            contentsOf: folder.appending(path: "Plugins/Registered/RegisteredPlugins.swift"), encoding: .utf8)
        #expect(registered.contains("import \(type)\n") && registered.contains("        \(type).self,\n"))

        let own = folder.appending(path: "Plugins/\(kind == "channel" ? "Channels" : "Sources")/\(type)").path
        let modules = Repository.path(".build/debug/Modules")
        let products = Repository.path(".build/debug")
        let maps = try FileManager.default.contentsOfDirectory(atPath: products).map { "\(products)/\($0)/module.modulemap" }
            .filter { FileManager.default.fileExists(atPath: $0) }.flatMap { ["-Xcc", "-fmodule-map-file=\($0)"] }
        let checked = try Repository.run(
            "/usr/bin/env",
            [
                "swiftc", "-typecheck", "-parse-as-library", "-swift-version", "6", "-module-name", type, "-I", modules,
                "-enable-upcoming-feature", "ExistentialAny", "-enable-upcoming-feature", "MemberImportVisibility",
                "-enable-upcoming-feature", "InternalImportsByDefault", "-warnings-as-errors",
                "\(own)/Sources/\(type).swift",
            ] + maps + ["-Xcc", "-I" + Repository.path(".build/checkouts/Yams/Sources/CYaml/include")])
        #expect(checked.code == 0, "\(checked.text)")
        let formatted = try Repository.run(
            "/usr/bin/env",
            ["swift", "format", "lint", "-r", "--strict", "--configuration", folder.appending(path: ".swift-format").path, own])
        #expect(formatted.code == 0, "\(formatted.text)")
    }
}
