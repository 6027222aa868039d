public import RapportCore
import Synchronization

/// What an instance writes to its store while its answer is awaited, kept until the transaction that takes the answer: the
/// two are committed together or not at all.
public final class PendingPluginState: Sendable {
    @TaskLocal public static var current: PendingPluginState?

    private let written = Mutex<[String: JSONValue?]>([:])

    public init() {}

    /// `nil` as a value takes a key away.
    public var writes: [String: JSONValue?] { written.withLock { $0 } }

    /// What was written under a key: `nil` where nothing was, `.some(nil)` where the key was taken away.
    public func value(_ key: String) -> JSONValue?? { written.withLock { $0[key] } }

    /// Hands over what was written so far, and forgets it.
    public func take() -> [String: JSONValue?] {
        written.withLock { written in
            defer { written = [:] }
            return written
        }
    }

    public func set(_ key: String, _ value: JSONValue?) { written.withLock { $0[key] = .some(value) } }
}
