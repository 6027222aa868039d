import Synchronization

/// Keeps a log readable while something goes on failing: what was told a moment ago is counted, and told again later, with its number.
final class RepeatedLines<Key: Hashable & Sendable>: Sendable {
    private struct Told {
        var at: ContinuousClock.Instant
        var since = 0
    }

    private static var window: Duration { .seconds(30) }
    private static var most: Int { 100 }

    private let told = Mutex<[Key: Told]>([:])

    /// - Returns: how often it was kept back since it was told last; `nil` where it is not to be told now.
    func repeats(of key: Key, at now: ContinuousClock.Instant) -> Int? {
        told.withLock { told in
            if let last = told[key], now - last.at < Self.window {
                told[key]?.since += 1
                return nil
            }
            if told.count >= Self.most { told = told.filter { now - $0.value.at < Self.window } }
            if told.count >= Self.most { told = [:] }
            return told.updateValue(Told(at: now), forKey: key)?.since ?? 0
        }
    }
}
