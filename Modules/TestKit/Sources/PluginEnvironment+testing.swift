import Logging
public import RapportCore
public import RapportPluginKit
import Synchronization

extension PluginEnvironment {
    /// An environment for tests: silent, with a store in memory and a clock that stands.
    public static func testing(folder: String, now: Timestamp = Timestamp(milliseconds: 1_700_000_000_000)) -> PluginEnvironment {
        PluginEnvironment(
            instance: "test", logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, clock: StandingClock(now: now),
            folder: folder, state: StateInMemory())
    }
}

private struct StandingClock: WallClock { let now: Timestamp }

private final class StateInMemory: PluginState {
    private let values = Mutex<[String: JSONValue]>([:])
    func value(_ key: String) async throws -> JSONValue? { values.withLock { $0[key] } }
    func set(_ key: String, _ value: JSONValue?) async throws { values.withLock { $0[key] = value } }
}
