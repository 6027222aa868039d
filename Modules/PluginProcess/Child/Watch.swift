import Synchronization

/// Measures how long something is waited for, again and again, against one deadline: one sleeping task instead of one per wait.
final class Watch: Sendable {
    private let deadline: Duration
    private let since = Mutex<ContinuousClock.Instant?>(nil)

    init(_ deadline: Duration) { self.deadline = deadline }

    func begin() { since.withLock { $0 = .now } }
    func end() { since.withLock { $0 = nil } }

    /// Returns true when one wait took longer than the deadline, false when cancelled.
    func expires() async -> Bool {
        while true {
            let now = ContinuousClock.now
            let end = (since.withLock { $0 } ?? now) + deadline
            if end <= now { return true }
            do { try await Task.sleep(until: end, clock: .continuous) } catch { return false }
        }
    }
}

extension Duration {
    /// `5 seconds`, `200 ms`.
    var words: String {
        let milliseconds = components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
        return milliseconds % 1_000 == 0 ? "\(milliseconds / 1_000) seconds" : "\(milliseconds) ms"
    }
}
