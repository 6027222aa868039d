import RapportCore
import Synchronization

/// Sends NOTIFY, at most every 20 ms: outside the transactions that it tells of, because one within them would make their
/// commits queue for one lock of the whole server.
final class PostgresNotifier: Sendable {
    static let channel = "rapport_log"
    private static let pause = Duration.milliseconds(20)

    private struct State {
        var isDue = false
        var sentAt: ContinuousClock.Instant?
    }

    private let pool: PostgresPool
    private let state = Mutex(State())

    init(pool: PostgresPool) { self.pool = pool }

    func notify() {
        let wait = state.withLock { state -> Duration? in
            guard !state.isDue else { return nil }
            state.isDue = true
            guard let sentAt = state.sentAt else { return .zero }
            return max(.zero, sentAt + Self.pause - .now)
        }
        guard let wait else { return }
        if wait == .zero {
            send()
        } else {
            Task {
                try? await Task.sleep(for: wait)
                send()
            }
        }
    }

    private func send() {
        let isTaken = pool.submit(.write) { [self] session in
            // Lowered before it is sent: what is announced from now on is worth another.
            state.withLock { state in
                state.isDue = false
                state.sentAt = .now
            }
            // A hint that is lost is found by looking.
            _ = try? session.outsideTransaction { try $0.run("NOTIFY \(raw: Self.channel)") }
        }
        if !isTaken { state.withLock { $0.isDue = false } }
    }
}
