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
            commandName: "dev",
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
            if once {
                guard await attempt(path, output) == nil else { throw ExitCode(ExitStatus.problem) }
                return
            }
            while true {
                let watched = WatchedFolder(path)
                // A plugin that hangs is not waited for once its author has saved something better.
                await withTaskGroup(of: Void.self) { group in
                    group.addTask {
                        _ = await attempt(path, output)
                        guard !Task.isCancelled else { return }
                        output.line(output.styled("waiting for a file of \(folder) to be saved", .dim))
                        while !Task.isCancelled { try? await Task.sleep(for: .seconds(3_600)) }
                    }
                    await watched.change()
                    group.cancelAll()
                }
                try Task.checkCancellation()
            }
        }

        /// - Returns: what went wrong.
        private func attempt(_ path: String, _ output: Output) async -> Problem? {
            let (said, problem) = await run(path, output)
            if let problem {
                output.line("\(output.styled("error:", .red)) \(problem)")
            } else {
                output.line("\(output.styled("works:", .green)) \(said)")
            }
            output.json(["ok": .bool(problem == nil), "did": .string(said), "problem": problem?.json ?? .null])
            return problem
        }

        private func run(_ path: String, _ output: Output) async -> (said: String, problem: Problem?) {
            do {
                let plugin = try ExternalPlugin(folder: path)
                let decoded = try settings(for: plugin.manifest, folder: path)
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
                let said: String
                do {
                    said = try await work(instance)
                    await instance.cleanup()
                } catch {
                    await instance.cleanup()
                    throw error
                }
                return (said, nil)
            } catch let problem as Problem where problem.code == "yaml.unreadable" {
                let text = "\(folder) has no plugin.yaml"
                return ("", Problem("plugin.dev", text, remedy: "`rapport plugins new` makes a plugin with all that it needs"))
            } catch let problem as Problem {
                return ("", problem)
            } catch let several as Problems {
                return ("", several.list.first)
            } catch {
                return ("", Problem("plugin.dev", "\(error)"))
            }
        }

        private func settings(for manifest: Manifest, folder: String) throws -> Settings {
            do {
                return try manifest.settings.decode(
                    try node(manifest),
                    secrets: SecretReader(environment: ProcessInfo.processInfo.environment, folder: folder),
                    folder: FileManager.default.currentDirectoryPath)
            } catch let several as Problems {
                guard let first = several.list.first,
                    let option = manifest.settings.options.first(where: { $0.name == first.place?.path })
                else { throw several }
                let value = option.kind == .secret ? "env:NAME" : option.example.map { $0.string ?? $0.text } ?? "…"
                throw Problem(
                    first.code, first.reason, at: first.place,
                    remedy: first.remedy ?? "Give it with --set \(option.name)=\(value)")
            }
        }

        /// - Returns: what it did, in words.
        private func work(_ instance: any Plugin) async throws -> String {
            _ = try await instance.probe()
            if let channel = instance as? any Channel {
                let message = OutgoingMessage(
                    id: "0190a1b2-0000-7000-8000-000000000001", to: "ann@example.org", toName: "Ann Example",
                    from: "shop@example.com",
                    subject: "Hello", text: "Hello Ann.\n", html: "<p>Hello Ann.</p>", topicClass: "service",
                    person: "0190a1b2-0000-7000-8000-0000000000aa")
                switch await channel.send([message]).first {
                case .sent: return "it was probed, and sent a message"
                case .deferred(_, let reason): return "it was probed, and deferred a message: \(reason)"
                case .bounced(let bounce, let reason):
                    return "it was probed, and a message bounced (\(bounce.rawValue)): \(reason)"
                case .refused(let reason): return "it was probed, and refused a message: \(reason)"
                case .inDoubt(let reason): throw Problem("plugin.dev", "a message is in doubt: \(reason)")
                case nil: throw Problem("plugin.dev", "it gave no answer for a message")
                }
            }
            guard let source = instance as? any DataSource else { return "it was probed" }
            let sink = DevSink()
            try await source.read(after: nil, into: sink)
            let counts = await sink.counts
            return
                "it was probed, and read \(counts.records) records with \(counts.bookmarks) bookmarks, \(counts.rejects) rejected"
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
                if kind == .secret {
                    guard let colon = value.firstIndex(of: ":"), ["env", "file"].contains(value[..<colon]) else {
                        throw Problem(
                            "config.secret", "\(name) is a secret, and does not stand in a command",
                            remedy: "Write --set \(name)=env:NAME or --set \(name)=file:PATH")
                    }
                    return .init(name, [String(value[..<colon]): .string(String(value[value.index(after: colon)...]))])
                }
                if kind == .text || kind == .path { return .init(name, .string(value)) }
                return .init(name, (try? JSONValue(parsing: value)) ?? .string(value))
            }
            return YAMLNode(json: .object(members))
        }
    }
}

/// Counts what a source says; the talk is shown as it is.
private actor DevSink: RecordSink {
    private(set) var counts = (records: 0, bookmarks: 0, rejects: 0)

    func record(_ record: SourceRecord) async throws { counts.records += 1 }
    func bookmark(_ bookmark: JSONValue) async throws { counts.bookmarks += 1 }
    func reject(_ problem: Problem, raw: String) async throws { counts.rejects += 1 }
    func progress(done: Int64, of total: Int64?) async {}
}

private struct DevState: PluginState {
    func value(_ key: String) async throws -> JSONValue? { nil }
    func set(_ key: String, _ value: JSONValue?) async throws {}
}
