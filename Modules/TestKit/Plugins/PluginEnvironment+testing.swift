public import Logging
public import RapportCore
public import RapportPluginKit
import Synchronization

/// An instance's store in memory.
public final class MemoryPluginState: PluginState {
    private let values = Mutex<[String: JSONValue]>([:])

    public init() {}
    public func value(_ key: String) async throws -> JSONValue? { values.withLock { $0[key] } }
    public func set(_ key: String, _ value: JSONValue?) async throws { values.withLock { $0[key] = value } }
    public func all() async throws -> [String: JSONValue] { values.withLock { $0 } }
}

/// A log handler that keeps what is logged.
public final class LogRecorder: Sendable {
    private let kept = Mutex<[String]>([])
    public init() {}
    public var lines: [String] { kept.withLock { $0 } }

    /// Whether the line is logged, now or soon: what a child says on standard error comes by another pipe than its answers.
    public func hears(_ line: String, within patience: Duration = .seconds(20)) async throws -> Bool {
        let deadline = ContinuousClock.now + patience
        while !lines.contains(line), ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(10)) }
        return lines.contains(line)
    }

    public var logger: Logger { Logger(label: "test") { _ in Handler(recorder: self) } }

    private struct Handler: LogHandler {
        let recorder: LogRecorder
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { recorder.kept.withLock { $0.append("\(event.message)") } }
    }
}

extension PluginEnvironment {
    /// An environment for tests of a plugin.
    public static func testing(
        instance: String = "test", folder: String = "/", clock: any WallClock = VirtualClock(), log: LogRecorder = LogRecorder(),
        state: any PluginState = MemoryPluginState(), emit: @escaping @Sendable ([PluginEvent]) async throws -> Void = { _ in }
    ) -> PluginEnvironment {
        PluginEnvironment(instance: instance, logger: log.logger, clock: clock, folder: folder, state: state, emit: emit)
    }
}
