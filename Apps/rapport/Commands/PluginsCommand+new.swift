import ArgumentParser
import Foundation
import RapportCore
import RapportPluginKit

extension PluginsCommand {
    struct New: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "new",
            abstract: "Make a plugin that works at once, to be changed into yours.",
            discussion: """
                Writes a folder with the program, its plugin.yaml, a README and a sample of its configuration. It passes the conformance \
                suite as it stands. For a plugin inside Rapport's own repository there is scripts/new-plugin.

                EXAMPLES:
                  rapport plugins new channel hello
                  rapport plugins new source ledger --language swift
                  rapport plugins new channel hello --in ~/plugins
                """)
        @Argument(help: "channel or source.") var kind: PluginScaffold.Kind
        @Argument(help: "Its name: lowercase letters, digits and _.") var name: String
        @Option(help: "python or swift.") var language = PluginScaffold.Language.python
        @Option(name: .customLong("in"), help: "The folder that gets the plugin's folder.") var parent = "plugins"
        @Option(
            help: ArgumentHelp(
                "For Swift: Rapport's package. Default: the one that this program was built from.", valueName: "folder or url"))
        var rapport: String?
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let scaffold = try PluginScaffold(kind == .channel ? .channel : .source, name)
            let folder = URL(filePath: parent).appending(path: scaffold.folder).path
            let manager = FileManager.default
            guard !manager.fileExists(atPath: folder) else {
                throw Problem("plugin.exists", "\(folder) exists already", remedy: "Choose another name, or remove it")
            }
            let files = try scaffold.files(language, rapport: rapport.map(Self.absolute) ?? Self.ownPackage)
            for file in files {
                let path = "\(folder)/\(file.path)"
                let isMade = manager.fileExists(atPath: (path as NSString).deletingLastPathComponent)
                if !isMade {
                    try manager.createDirectory(
                        atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
                }
                try Data(file.text.utf8).write(to: URL(filePath: path))
            }
            let output = common.output
            for file in files.sorted(by: { $0.path < $1.path }) {
                output.say("plugins.made", ["file": "\(parent)/\(scaffold.folder)/\(file.path)"])
            }
            output.say("plugins.next")
            for line in next(scaffold) { output.line("  \(line)") }
            output.json([
                "id": .string("\(kind.rawValue).\(name)"), "folder": .string(folder),
                "files": .array(files.map { .string($0.path) }),
            ])
        }

        private func next(_ scaffold: PluginScaffold) -> [String] {
            let folder = "\(parent)/\(scaffold.folder)"
            switch language {
            case .python:
                return [
                    "rapport plugins dev \(folder) --set folder=/tmp/\(scaffold.folder)",
                    "$EDITOR \(folder)/\(scaffold.folder).py",
                ]
            case .swift:
                return [
                    "(cd \(folder) && swift build -c release && swift test)",
                    "rapport plugins dev \(folder) --set file=/tmp/\(name).jsonl",
                    "$EDITOR \(folder)/Sources/\(scaffold.type)/\(scaffold.type).swift",
                ]
            }
        }

        /// A plugin's package lies elsewhere: what it names must not depend on where this was typed.
        private static func absolute(_ text: String) -> String {
            text.contains("://") || text.hasPrefix("git@") ? text : URL(filePath: text).standardizedFileURL.path
        }

        /// The checkout whose build made this program; `nil` where it was installed.
        private static var ownPackage: String? {
            guard var folder = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent() else {
                return nil
            }
            while folder.path != "/" {
                let manifest = try? String(contentsOf: folder.appending(path: "Package.swift"), encoding: .utf8)
                if manifest?.contains("name: \"rapport\"") == true {
                    // Without the slash that a folder's address ends with.
                    return folder.path.hasSuffix("/") ? String(folder.path.dropLast()) : folder.path
                }
                folder.deleteLastPathComponent()
            }
            return nil
        }
    }
}

extension PluginScaffold.Kind: ExpressibleByArgument {}
extension PluginScaffold.Language: ExpressibleByArgument {}
