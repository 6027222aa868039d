import Synchronization

/// What the sessions of one pool know together of whether their server can be reached.
final class PostgresReach: Sendable {
    private struct State {
        var connected = 0
        var wasReached = false
        var awaySince: ContinuousClock.Instant?
    }

    /// A server that answered before is restarting: for so long whoever asks waits for it. After that they are told at once, as nobody
    /// knows when it comes back, and those who wait would only become more.
    private let patience: Duration
    private let state = Mutex(State())

    init(patience: Duration) { self.patience = patience }

    /// Whether some session has a connection, as far as it knows.
    var isReached: Bool { state.withLock { $0.connected > 0 } }

    func connected() {
        state.withLock { state in
            state.connected += 1
            state.wasReached = true
            state.awaySince = nil
        }
    }

    func disconnected() { state.withLock { $0.connected -= 1 } }

    /// The server has done what it was asked.
    func answered() { state.withLock { $0.awaySince = nil } }

    /// - Returns: whether to try again. A server that never answered is told of at once.
    func failed() -> Bool {
        state.withLock { state in
            guard state.wasReached else { return false }
            let since = state.awaySince ?? .now
            state.awaySince = since
            return .now - since < patience
        }
    }
}
