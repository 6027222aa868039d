import Foundation
import RapportCore
import RapportPluginKit

/// A new plugin as files: what `rapport plugins new` writes. Pure: the same request makes the same files.
struct PluginScaffold {
    enum Kind: String, CaseIterable { case channel, source }
    enum Language: String, CaseIterable { case python, swift }

    let kind: Manifest.Kind
    let name: String
    /// `HelloChannel`
    let type: String
    /// `hello_channel`
    let folder: String

    /// - Throws: `Problem` where the name is none.
    init(_ kind: Manifest.Kind, _ name: String) throws {
        guard name.wholeMatch(of: /[a-z][a-z0-9]*(_[a-z0-9]+)*/) != nil else {
            throw Problem("plugin.name", "\"\(name)\" is no name: a name is lowercase letters, digits and _, such as hello")
        }
        self.kind = kind
        self.name = name
        folder = "\(name)_\(kind.rawValue)"
        type = folder.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    /// Texts by path within the plugin's folder.
    ///
    /// - Parameter rapport: for Swift, the folder or the address of Rapport's own package.
    func files(_ language: Language, rapport: String?) throws -> [(path: String, text: String)] {
        var files: [(path: String, text: String)]
        var how = ""
        switch language {
        case .python:
            files = python
            how = """
                It is a program of its own in Python, standard library only, and speaks the plugin protocol. Try it, and change it while
                it runs:

                    rapport plugins dev . --set folder=/tmp/\(folder)

                """
        case .swift:
            guard let rapport else {
                throw Problem(
                    "plugin.package", "a Swift plugin is built against Rapport's package, and this program does not stand in one",
                    remedy: "Name it: --rapport FOLDER or --rapport https://…")
            }
            files = try swift(rapport)
            how = """
                It is a Swift package whose program speaks the plugin protocol. Build it, run the conformance suite, and try it out:

                    swift build -c release
                    swift test
                    rapport plugins dev . --set file=/tmp/\(name).jsonl

                After a change of the manifest: `.build/release/\(type) --manifest > plugin.yaml`.

                """
        }
        guard let yaml = files.first(where: { $0.path == "plugin.yaml" })?.text else { return files }
        let manifest = try Manifest(reading: YAMLNode(parsing: yaml), besides: ["command"])
        files.append(("config.sample.yaml", manifest.sample))
        let readme = fill(PackageResources.readme_md_txt)
        files.append(
            (
                "README.md",
                readme.replacing("{{SUMMARY}}", with: manifest.summary).replacing("{{HOW}}", with: how)
                    .replacing("{{OPTIONS}}", with: manifest.optionTable)
            ))
        return files
    }

    /// The complete examples, under another name.
    private var python: [(path: String, text: String)] {
        let (program, yaml, example) =
            kind == .channel
            ? (PackageResources.file_channel_file_channel_py_txt, PackageResources.file_channel_plugin_yaml_txt, "file")
            : (PackageResources.folder_source_folder_source_py_txt, PackageResources.folder_source_plugin_yaml_txt, "folder")
        let old = "\(example)_\(kind.rawValue)"
        func named(_ bytes: [UInt8]) -> String {
            String(decoding: bytes, as: UTF8.self)
                .replacing("config/examples/plugins/\(old)", with: folder)
                .replacing(old, with: folder)
                .replacing(example.capitalized + kind.rawValue.capitalized, with: type)
                .replacing("\"\(kind.rawValue).\(example)\"", with: "\"\(kind.rawValue).\(name)\"")
                .replacing("id: \(kind.rawValue).\(example)\n", with: "id: \(kind.rawValue).\(name)\n")
                .replacing("version: 1.0.0", with: "version: 0.1.0").replacing("version=\"1.0.0\"", with: "version=\"0.1.0\"")
                .replacing(" A complete example in Python.", with: "")
        }
        return [("plugin.yaml", named(yaml)), ("\(folder).py", named(program))]
    }

    private func swift(_ rapport: String) throws -> [(path: String, text: String)] {
        let (source, tests, yaml) =
            kind == .channel
            ? (PackageResources.channel_swift_txt, PackageResources.channel_tests_swift_txt, PackageResources.channel_yaml_txt)
            : (PackageResources.source_swift_txt, PackageResources.source_tests_swift_txt, PackageResources.source_yaml_txt)
        let isAddress = rapport.contains("://") || rapport.hasPrefix("git@")
        let last = rapport.split(separator: "/").last.map(String.init) ?? rapport
        let package = fill(PackageResources.package_swift_txt)
            .replacing("{{RAPPORT}}", with: isAddress ? "url: \"\(rapport)\", branch: \"main\"" : "path: \"\(rapport)\"")
            .replacing("{{IDENTITY}}", with: (last.hasSuffix(".git") ? String(last.dropLast(4)) : last).lowercased())
        return [
            ("plugin.yaml", fill(yaml)), ("Package.swift", package), (".gitignore", ".build/\n"),
            ("Sources/\(type)/\(type).swift", fill(source)),
            ("Sources/\(type)/\(type)Main.swift", fill(PackageResources.main_swift_txt)),
            ("Tests/\(type)Tests/\(type)Tests.swift", fill(tests)),
        ]
    }

    private func fill(_ template: [UInt8]) -> String {
        Self.sortingImports(
            String(decoding: template, as: UTF8.self).replacing("{{TYPE}}", with: type).replacing("{{name}}", with: name)
                .replacing("{{kind}}", with: kind.rawValue))
    }

    /// The templates do not know where the new module's name stands in the alphabet.
    private static func sortingImports(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let imports = lines.prefix { $0.contains("import ") && !$0.hasPrefix("//") }
        func module(_ line: String) -> Substring { line.split(separator: " ").last ?? "" }
        return (imports.sorted { module($0) < module($1) } + lines.dropFirst(imports.count)).joined(separator: "\n")
    }
}
