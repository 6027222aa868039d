import ArgumentParser
import RapportCore
import RapportHost
import RapportPluginKit
import RapportRegistered

struct PluginsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plugins", abstract: "The plugins there are, what they can do, and whether they work.",
        subcommands: [List.self, Describe.self, Probe.self, Callbacks.self, New.self, Dev.self, Reference.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the plugins.",
            discussion: """
                EXAMPLES:
                  rapport plugins list
                  rapport plugins list --json
                """)
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let output = common.output
            let entries = try common.pluginRegistry().entries
            output.table(
                ["plugin", "version", "from", "what"],
                entries.map { [$0.manifest.id, $0.manifest.version, $0.origin, $0.manifest.summary] })
            output.json(
                .array(
                    entries.map {
                        [
                            "id": .string($0.manifest.id), "kind": .string($0.manifest.kind.rawValue),
                            "version": .string($0.manifest.version), "origin": .string($0.origin),
                            "summary": .string($0.manifest.summary),
                        ]
                    }))
        }
    }

    struct Describe: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "describe",
            abstract: "Show a plugin's options with a sample to copy into rapport.yaml.",
            discussion: """
                With --json the whole manifest, the settings as a JSON Schema.

                EXAMPLES:
                  rapport plugins describe channel.outbox
                  rapport plugins describe channel.outbox --json
                """)
        @Argument(help: "The plugin's id, such as channel.outbox.") var id: String
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let manifest = try common.pluginRegistry().entry(id).manifest
            common.output.line(String(manifest.sample.dropLast()))
            common.output.json(manifest.json)
        }
    }

    struct Reference: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "reference",
            abstract: "Write the reference page of all plugins as Markdown.",
            discussion: """
                EXAMPLES:
                  rapport plugins reference > docs/reference/plugins.md
                """)

        func run() async throws {
            print(try PluginRegistry(RegisteredPlugins.all).reference, terminator: "")
        }
    }
}
