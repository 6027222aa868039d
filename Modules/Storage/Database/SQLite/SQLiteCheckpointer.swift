import Foundation
import GRDBSQLite
import Synchronization

/// Moves pages from the write-ahead log into the file on a thread of its own, so that no commit pays for it.
final class SQLiteCheckpointer: Sendable {
    /// Pages of 4 KiB in the log at which a checkpoint is asked for.
    private static let threshold: Int32 = 4_000

    private struct State {
        var isStopping = false
        var isStopped = true
        /// The log's length at the last request. A log that a long read keeps from being reset is tried again as it grows.
        var requestedAt: Int32 = 0
    }

    private let path: String
    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    init(path: String) { self.path = path }

    /// Starts the thread and follows the commits of `writer`, whose automatic checkpoints this replaces. The caller keeps
    /// this object until after the connection is closed.
    func watch(_ writer: OpaquePointer) {
        state.withLock { $0.isStopped = false }
        Thread.detachNewThread { [self] in
            Thread.current.name = "rapport.checkpoint"
            work()
        }
        sqlite3_wal_hook(
            writer,
            { context, _, _, pages in
                guard let context else { return SQLITE_OK }
                Unmanaged<SQLiteCheckpointer>.fromOpaque(context).takeUnretainedValue().committed(pages: pages)
                return SQLITE_OK
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    private func committed(pages: Int32) {
        let isDue = state.withLock { state in
            if pages < state.requestedAt { state.requestedAt = 0 }
            guard pages >= Self.threshold, pages >= state.requestedAt + Self.threshold / 4 || state.requestedAt == 0
            else { return false }
            state.requestedAt = pages
            return true
        }
        if isDue { wake.signal() }
    }

    /// Returns when the thread has closed its connection. As the last one to close, it empties the log.
    func stop() {
        let wasRunning = state.withLock { state in
            defer {
                state.isStopping = true
                state.isStopped = true
            }
            return !state.isStopped
        }
        guard wasRunning else { return }
        wake.signal()
        ended.wait()
    }

    private func work() {
        var handle: OpaquePointer?
        defer {
            sqlite3_close(handle)
            ended.signal()
        }
        guard sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nil) == SQLITE_OK else { return }
        // A connection that has read nothing does not know that there is a log, and its checkpoints would do nothing.
        sqlite3_exec(handle, "SELECT count(*) FROM sqlite_schema", nil, nil, nil)
        while true {
            wake.wait()
            if state.withLock({ $0.isStopping }) { return }
            // PASSIVE waits for nobody and keeps nobody waiting. Whatever it could not move, the next one will.
            sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
        }
    }
}
