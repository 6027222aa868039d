import Foundation
import Logging
import RapportCore
import Synchronization

/// The plugin's side of the protocol: requests become calls of the plugin, and what it returns becomes answers.
final class PluginTalk: Sendable {
    enum Ending: Sendable { case stopped, failed }

    private struct State {
        var plugin: (any Plugin)?
        var running: Task<Void, Never>?
        /// Whoever waits to hear that an event is durable.
        var untaken: [String: [CheckedContinuation<Void, Never>]] = [:]
    }

    private let type: any Plugin.Type
    private let writer: LineWriter
    private let store = ChildPluginState()
    private let state = Mutex(State())

    init(_ type: any Plugin.Type, _ writer: LineWriter) {
        self.type = type
        self.writer = writer
    }

    /// Says hello, then serves until the lines end or one says stop.
    func run(_ lines: AsyncStream<String>) async -> Ending {
        let manifest = type.manifest
        await writer.write([
            "type": "hello", "protocol": .integer(Int64(PluginMain.version)), "id": .string(manifest.id),
            "version": .string(manifest.version), "manifest": manifest.declaration,
        ])
        let (endings, ended) = AsyncStream<Ending>.makeStream()
        let serving = Task {
            for await line in lines {
                guard let message = try? JSONValue(parsing: line) else {
                    log("the host said something that is no JSON: \(line.prefix(80))")
                    ended.yield(.failed)
                    return
                }
                if message["type"] == "stop" { break }
                take(message) { ended.yield(.failed) }
            }
            ended.yield(.stopped)
        }
        var iterator = endings.makeAsyncIterator()
        let ending = await iterator.next() ?? .stopped
        serving.cancel()
        let (plugin, running) = state.withLock { ($0.plugin, $0.running) }
        running?.cancel()
        await plugin?.cleanup()
        return ending
    }

    private func take(_ message: JSONValue, failed: @escaping @Sendable () -> Void) {
        switch message["type"]?.string {
        case "hello": break
        case "taken":
            guard let id = message["event"]?.string else { return }
            for waiting in state.withLock({ $0.untaken.removeValue(forKey: id) }) ?? [] { waiting.resume() }
        // In the order of the line, so that no request can overtake it.
        case "init": begin(message, failed: failed)
        case let type:
            guard let request = message["id"]?.integer, let type else { return }
            Task { [self] in await answer(type, request, message) }
        }
    }

    private func begin(_ message: JSONValue, failed: @escaping @Sendable () -> Void) {
        let request = message["id"]?.integer ?? 0
        do {
            store.replace(message["state"]?.object ?? [])
            let plugin = try type.init(settings: settings(message["settings"]?.object ?? []), environment: environment(message))
            let running = Task { [self] in
                do { try await plugin.run() } catch is CancellationError {} catch {
                    log("\(type.manifest.id) ended: \(error)")
                    failed()
                }
            }
            state.withLock { ($0.plugin, $0.running) = (plugin, running) }
            Task { await writer.write(["type": "ready", "re": .integer(request)]) }
        } catch {
            Task { await writer.write(Self.problem(error, request)) }
        }
    }

    private func answer(_ type: String, _ request: Int64, _ message: JSONValue) async {
        guard let plugin = state.withLock({ $0.plugin }) else {
            return await writer.write(Self.problem(Problem("plugin.start", "it was not started"), request))
        }
        let kept = PendingPluginState()
        do {
            try await PendingPluginState.$current.withValue(kept) {
                try await serve(type, plugin, TalkReply(request, writer: writer, store: store, kept: kept), message)
            }
        } catch {
            await writer.write(Self.problem(error, request))
        }
    }

    private func serve(_ type: String, _ plugin: any Plugin, _ reply: TalkReply, _ message: JSONValue) async throws {
        switch (type, plugin) {
        case ("ping", _): await reply.say("pong")
        case ("probe", _):
            await reply.say("done", [.init("findings", .array(try await plugin.probe().findings.map { .string($0) }))])
        case ("send", let channel as any Channel):
            let messages = try (message["messages"]?.array ?? []).map { try OutgoingMessage(json: $0) }
            let results = await channel.send(messages)
            guard results.count == messages.count else {
                throw Problem("plugin.results", "\(messages.count) messages got \(results.count) results")
            }
            for (index, (message, result)) in zip(messages, results).enumerated() {
                let members = [JSONValue.Member("message", .string(message.id))] + result.members
                await reply.say("result", members, isLast: index == messages.count - 1)
            }
        case ("read", let source as any DataSource):
            let bookmark = message["bookmark"].flatMap { $0.isNull ? nil : $0 }
            try await source.read(after: bookmark, into: TalkSink(reply))
            await reply.say("done")
        case ("receive", _):
            let result = try await plugin.receive(CallbackRequest(json: message["request"] ?? .null))
            var members = [JSONValue.Member("events", .array(result.events.map(\.json)))]
            if let answer = result.answer { members.append(.init("answer", .string(answer))) }
            await reply.say("done", members)
        case ("opt_out", _):
            await reply.say("ack", [.init("done", .bool(try await plugin.optOut(OptOut(json: message["opt_out"] ?? .null))))])
        case ("erase", _):
            let addresses = try (message["addresses"]?.array ?? []).map { try Identifier(json: $0) }
            await reply.say("ack", [.init("done", .bool(try await plugin.erase(addresses)))])
        default: throw Problem("plugin.request", "\(plugin.manifest.id) knows nothing of \(type)")
        }
    }

    private func settings(_ members: [JSONValue.Member]) -> Settings {
        let secret = Set(type.manifest.settings.options.filter { $0.kind == .secret }.map(\.name))
        var values: [String: JSONValue] = [:]
        var secrets: [String: Secret] = [:]
        for member in members {
            if secret.contains(member.name), let text = member.value.string {
                secrets[member.name] = Secret(text)
            } else {
                values[member.name] = member.value
            }
        }
        return Settings(values: values, secrets: secrets)
    }

    private func environment(_ message: JSONValue) -> PluginEnvironment {
        let instance = message["instance"]?.string ?? ""
        return PluginEnvironment(
            instance: instance,
            logger: Logger(label: instance) { StreamLogHandler.standardError(label: $0) }, clock: MachineClock(),
            folder: message["folder"]?.string ?? "/", state: store,
            emit: { [weak self] in await self?.emit($0) })
    }

    /// Returns when the host has all of them on its log.
    private func emit(_ events: [PluginEvent]) async {
        for var event in events {
            let id = event.id ?? UUID().uuidString.lowercased()
            event.id = id
            await writer.write(.object([.init("type", "event")] + (event.json.object ?? [])))
            await withCheckedContinuation { waiting in state.withLock { $0.untaken[id, default: []].append(waiting) } }
        }
    }

    private func log(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8)) }

    private static func problem(_ error: any Error, _ request: Int64) -> JSONValue {
        let problem = error as? Problem ?? (error as? Problems)?.list.first
        var members: [JSONValue.Member] = [
            .init("type", "problem"), .init("re", .integer(request)), .init("reason", .string(problem?.reason ?? "\(error)")),
        ]
        if let option = problem?.place?.path { members.append(.init("option", .string(option))) }
        if let remedy = problem?.remedy { members.append(.init("remedy", .string(remedy))) }
        return .object(members)
    }
}

private struct MachineClock: WallClock {
    var now: Timestamp { Timestamp(milliseconds: Int64((Date().timeIntervalSince1970 * 1_000).rounded(.down))) }
}
