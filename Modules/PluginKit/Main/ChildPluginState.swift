import RapportCore
import Synchronization

/// An instance's store as its program sees it: what the host handed over at the start, and what was written since. Writes go
/// to the host with the next answer, for it alone has a database.
final class ChildPluginState: PluginState {
    /// What was written outside of any request: it goes with the next answer there is.
    let loose = PendingPluginState()
    private let values = Mutex<[String: JSONValue]>([:])

    func replace(_ members: [JSONValue.Member]) {
        values.withLock { $0 = Dictionary(members.map { ($0.name, $0.value) }) { first, _ in first } }
    }

    func value(_ key: String) async throws -> JSONValue? { values.withLock { $0[key] } }
    func all() async throws -> [String: JSONValue] { values.withLock { $0 } }

    func set(_ key: String, _ value: JSONValue?) async throws {
        values.withLock { $0[key] = value }
        (PendingPluginState.current ?? loose).set(key, value)
    }
}
