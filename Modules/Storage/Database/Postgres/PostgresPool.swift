import Foundation
import RapportCore
import Synchronization

/// Threads that each own one session and take jobs in turn. libpq blocks, so it never runs on Swift's cooperative pool.
final class PostgresPool: Sendable {
    enum Kind { case read, write }
    typealias Job = @Sendable (PostgresSession) -> Void

    private struct State {
        var reads: [Job] = []
        var writes: [Job] = []
        var runningReads = 0
        var idle = 0
        var threads = 0
        /// Before that, more connections were not to be had.
        var growsAt = ContinuousClock.now
        var isClosed = false
        var whenEmpty: CheckedContinuation<Void, Never>?
    }

    /// How long no connection is asked for after one was refused, while there are others.
    private static let respite = Duration.seconds(1)

    private let uri: String
    private let size: Int
    private let clock: (any WallClock)?
    private let reach: PostgresReach
    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let threads = PostgresThreads()

    init(uri: String, size: Int, clock: (any WallClock)?, patience: Duration) {
        reach = PostgresReach(patience: patience)
        self.uri = uri
        self.size = size
        self.clock = clock
    }

    /// Returns false, and drops the job, once the pool is closed.
    func submit(_ kind: Kind, _ job: @escaping Job) -> Bool {
        let (isTaken, needsThread) = state.withLock { state -> (Bool, Bool) in
            guard !state.isClosed else { return (false, false) }
            switch kind {
            case .read: state.reads.append(job)
            case .write: state.writes.append(job)
            }
            let needsThread =
                state.idle < state.reads.count + state.writes.count && state.threads < size
                && (state.threads == 0 || state.growsAt <= .now)
            if needsThread { state.threads += 1 }
            return (true, needsThread)
        }
        if needsThread, !threads.start(named: "rapport.postgres", { [self] in work() }) {
            state.withLock { $0.threads -= 1 }
        }
        if isTaken { wake.signal() }
        return isTaken
    }

    /// Takes no more jobs and returns when those taken have run and every connection is closed.
    func close() async {
        await withCheckedContinuation { continuation in
            let threads = state.withLock { state -> Int in
                state.isClosed = true
                if state.threads > 0 && state.whenEmpty == nil { state.whenEmpty = continuation }
                return state.threads
            }
            if threads == 0 { return continuation.resume() }
            for _ in 0..<threads { wake.signal() }
        }
        threads.join()
    }

    private func work() {
        let session = PostgresSession(uri: uri, clock: clock, reach: reach)
        // A server whose connections are all taken, by others perhaps, still serves those that this pool has.
        guard !reach.isReached || (try? session.connect()) != nil else {
            state.withLock { $0.growsAt = .now + Self.respite }
            return end()
        }
        while true {
            let (job, isRead, isOver) = state.withLock { next(&$0) }
            if let job {
                job(session)
                if isRead { endRead() }
            } else if isOver {
                break
            } else {
                state.withLock { $0.idle += 1 }
                wake.wait()
                state.withLock { $0.idle -= 1 }
            }
        }
        session.disconnect()
        end()
    }

    private func end() {
        let last = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.threads -= 1
            guard state.threads == 0 else { return nil }
            defer { state.whenEmpty = nil }
            return state.whenEmpty
        }
        last?.resume()
        // Wakes the next thread, so that all of them end.
        wake.signal()
    }

    /// Writes come first, and two threads are kept for them, so that long reads do not hold up intake.
    private func next(_ state: inout State) -> (Job?, isRead: Bool, isOver: Bool) {
        if !state.writes.isEmpty { return (state.writes.removeFirst(), false, false) }
        if !state.reads.isEmpty, state.runningReads < size - 2 {
            state.runningReads += 1
            return (state.reads.removeFirst(), true, false)
        }
        return (nil, false, state.isClosed && state.reads.isEmpty)
    }

    private func endRead() {
        let isWaiting = state.withLock { state in
            state.runningReads -= 1
            return !state.reads.isEmpty || state.isClosed
        }
        // The thread that woke for the waiting read may have gone back to sleep.
        if isWaiting { wake.signal() }
    }
}
