import ArgumentParser
import Foundation
import Logging
import RapportCore
import RapportHost
import RapportPluginKit
import RapportPluginProcess

extension PluginsCommand {
    struct Dev: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run an external plugin against a pretend host and show both sides of the talk.",
            discussion: """
                Starts the plugin, tries it out, hands a message to a channel or reads a source, and starts again whenever a file \
                of the folder is saved. Needs no database. With --once it does so once, and ends with 1 if something failed.

                EXAMPLES:
                  rapport plugins dev config/examples/plugins/file_channel --set folder=outbox
                  rapport plugins dev my_source --set url=https://example.com --set token=env:TOKEN --once
                """)
        @Argument(help: "The plugin's folder, with its plugin.yaml.") var folder: String
        @Option(name: .customLong("set"), help: ArgumentHelp("A setting; env:NAME for a secret.", valueName: "name=value"))
        var settings: [String] = []
        @Flag(help: "Once, instead of after every save.") var once = false
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let output = common.output
            let path = URL(filePath: folder).standardizedFileURL.path
            while true {
                let saved = Self.saved(path)
                let problem = await attempt(path, output)
                if let problem { output.line("\(output.styled("error:", .red)) \(problem)") }
                output.json(["ok": .bool(problem == nil), "problem": problem?.json ?? .null])
                if once {
                    if problem != nil { throw ExitCode(ExitStatus.problem) }
                    return
                }
                output.line(output.styled("waiting for a file of \(folder) to be saved", .dim))
                while Self.saved(path) == saved { try await Task.sleep(for: .milliseconds(200)) }
            }
        }

        private func attempt(_ path: String, _ output: Output) async -> Problem? {
            do {
                let plugin = try ExternalPlugin(folder: path)
                let decoded = try plugin.manifest.settings.decode(
                    try node(plugin.manifest),
                    secrets: SecretReader(environment: ProcessInfo.processInfo.environment, folder: path),
                    folder: FileManager.default.currentDirectoryPath)
                let environment = PluginEnvironment(
                    instance: "dev", logger: Logger(label: "dev") { _ in SwiftLogNoOpLogHandler() }, clock: SystemClock(),
                    folder: path, state: DevState(), emit: { _ in })
                let instance = try plugin.make(decoded, environment) { heard in
                    switch heard {
                    case .host(let line): output.line("\(output.styled("host   >", .dim)) \(line)")
                    case .plugin(let line): output.line("\(output.styled("plugin <", .green)) \(line)")
                    case .log(let line): output.line("\(output.styled("log    |", .yellow)) \(line)")
                    case .ended(let reason): output.line("\(output.styled("ended  .", .dim)) \(reason)")
                    }
                }
                defer { output.line() }
                do {
                    try await work(instance)
                    await instance.cleanup()
                } catch {
                    await instance.cleanup()
                    throw error
                }
                return nil
            } catch let problem as Problem {
                return problem
            } catch let several as Problems {
                return several.list.first
            } catch {
                return Problem("plugin.dev", "\(error)")
            }
        }

        private func work(_ instance: any Plugin) async throws {
            _ = try await instance.probe()
            if let channel = instance as? any Channel {
                let message = OutgoingMessage(
                    id: "0190a1b2-0000-7000-8000-000000000001", to: "ann@example.org", toName: "Ann Example",
                    from: "shop@example.com",
                    subject: "Hello", text: "Hello Ann.\n", html: "<p>Hello Ann.</p>", topicClass: "service",
                    person: "0190a1b2-0000-7000-8000-0000000000aa")
                for case .inDoubt(let reason) in await channel.send([message]) { throw Problem("plugin.dev", reason) }
            } else if let source = instance as? any DataSource {
                try await source.read(after: nil, into: DevSink())
            }
        }

        /// What stands after --set, as the YAML would have it.
        private func node(_ manifest: Manifest) throws -> YAMLNode {
            let members = try settings.map { text -> JSONValue.Member in
                guard let at = text.firstIndex(of: "=") else {
                    throw ValidationError("--set takes name=value, and not \"\(text)\"")
                }
                let name = String(text[..<at])
                let value = String(text[text.index(after: at)...])
                let kind = manifest.settings.options.first { $0.name == name }?.kind
                if kind == .secret, value.hasPrefix("env:") { return .init(name, ["env": .string(String(value.dropFirst(4)))]) }
                if kind == .text || kind == .path { return .init(name, .string(value)) }
                return .init(name, (try? JSONValue(parsing: value)) ?? .string(value))
            }
            return YAMLNode(json: .object(members))
        }

        /// When each file of the folder was saved last.
        private static func saved(_ path: String) -> [String: Date] {
            var found: [String: Date] = [:]
            for name in (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? [] where !name.contains("__pycache__") {
                let attributes = try? FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
                found[name] = attributes?[.modificationDate] as? Date
            }
            return found
        }
    }
}

/// The talk is shown as it is; what it says goes nowhere.
private struct DevSink: RecordSink {
    func record(_ record: SourceRecord) async throws {}
    func bookmark(_ bookmark: JSONValue) async throws {}
    func reject(_ problem: Problem, raw: String) async throws {}
    func progress(done: Int64, of total: Int64?) async {}
}

private struct DevState: PluginState {
    func value(_ key: String) async throws -> JSONValue? { nil }
    func set(_ key: String, _ value: JSONValue?) async throws {}
}
