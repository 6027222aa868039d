import CPQ
import Foundation
import Synchronization

/// Listens for NOTIFY on a thread and a connection of its own. A connection that is lost is made anew, for as long as it takes.
final class PostgresListener: Sendable {
    private struct State {
        var isRunning = false
        var isStopping = false
        var whenStopped: CheckedContinuation<Void, Never>?
    }

    private let uri: String
    private let announcements: Announcements
    private let state = Mutex(State())
    private let threads = PostgresThreads()
    /// How often the thread looks whether it is to stop, in milliseconds.
    private static let look: Int32 = 100

    init(uri: String, _ announcements: Announcements) {
        self.uri = uri
        self.announcements = announcements
    }

    func start() {
        let isFirst = state.withLock { state in
            defer { state.isRunning = true }
            return !state.isRunning && !state.isStopping
        }
        guard isFirst else { return }
        let hasBegun = threads.start(named: "rapport.listen") { [self] in
            work()
            state.withLock { state in
                state.isRunning = false
                return state.whenStopped
            }?.resume()
        }
        if !hasBegun { state.withLock { $0.isRunning = false } }
    }

    func stop() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                state.isStopping = true
                if state.isRunning { state.whenStopped = continuation }
                return !state.isRunning
            }
            if isOver { continuation.resume() }
        }
        threads.join()
    }

    private var isStopping: Bool { state.withLock { $0.isStopping } }

    private func work() {
        var pause: UInt32 = 0
        while !isStopping {
            // In short sleeps, so that nobody who closes the database waits for a server that is away.
            var slept: UInt32 = 0
            while slept < pause, !isStopping {
                usleep(UInt32(Self.look) * 1_000)
                slept += UInt32(Self.look)
            }
            pause = min(pause * 2 + 250, 5_000)
            guard !isStopping, let connection = try? PostgresConnection(uri: uri, clock: nil) else { continue }
            defer { connection.finish() }
            guard (try? connection.execute("LISTEN \(PostgresNotifier.channel)")) != nil else { continue }
            pause = 0
            // What was told while nobody listened.
            announcements.tell()
            while !isStopping, connection.waitForNotification(atMost: Self.look, announcements.tell) {}
        }
    }
}
