import Foundation
import Synchronization

/// Threads that use libpq, which are waited for to their very end.
///
/// libpq may load libraries (Kerberos) that tidy up behind each thread after its last line of ours. Where the process ends meanwhile,
/// they find their locks taken down and abort it, after all that it had to do was done.
final class PostgresThreads: Sendable {
    private struct State {
        var running: Set<pthread_t> = []
        /// Past their last line, and perhaps not yet gone.
        var ended: [pthread_t] = []
    }

    private final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    private let state = Mutex(State())

    /// - Returns: whether the system had a thread to give.
    func start(named name: String, _ body: @escaping @Sendable () -> Void) -> Bool {
        join(
            state.withLock { state in
                defer { state.ended = [] }
                return state.ended
            })
        let work = Work { [self] in
            let me = pthread_self()
            _ = state.withLock { $0.running.insert(me) }
            Thread.current.name = name
            body()
            state.withLock { state in
                // Whoever waits for all has taken it over by then.
                if state.running.remove(me) != nil { state.ended.append(me) }
            }
        }
        var thread = pthread_t()
        let held = Unmanaged.passRetained(work)
        let failure = pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body() }
                return nil
            }, held.toOpaque())
        if failure != 0 { held.release() }
        return failure == 0
    }

    /// Returns when all threads that were started, and are at their last lines, are gone.
    func join() {
        join(
            state.withLock { state in
                defer { state = State() }
                return state.ended + state.running
            })
    }

    private func join(_ threads: [pthread_t]) {
        for thread in threads where pthread_equal(thread, pthread_self()) == 0 { pthread_join(thread, nil) }
    }
}
