import Foundation
import GRDBSQLite
import Synchronization

/// Moves pages from the write-ahead log into the file on a thread of its own, so that no commit pays for it. Once next to nothing
/// has been committed for a few seconds, the writer's pages, which are kept for speed alone, go back to the system.
final class SQLiteCheckpointer: Sendable {
    private struct State {
        var isStopping = false
        var isStopped = true
        var isHeld = false
        /// The log's length after the last commit, in pages.
        var length: Int32 = 0
        /// The log's length at the last request. A log that a long read keeps from being reset is tried again as it grows.
        var requestedAt: Int32 = 0
        /// Pages of the largest of the last commits.
        var largest: Int32 = 0
        /// Whether the last try succeeded to have the log begun anew.
        var hasBegunAnew = false
    }

    /// How long little is committed before memory is given back, and how many pages are little.
    private static let rest = DispatchTimeInterval.seconds(3)
    private static let little: Int32 = 200

    private let path: String
    /// Pages in the log at which a checkpoint is asked for, where transactions are small.
    private let least: Int32
    /// So few pages are moved between two transactions; they make the writer wait for a few milliseconds.
    private var remainder: Int32 { least / 8 }
    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    init(path: String, threshold: Int32) {
        self.path = path
        least = threshold
    }

    /// Large transactions change the same pages again and again, as those of imports do: the later these are moved, the fewer.
    private static func threshold(_ least: Int32, _ state: State) -> Int32 { max(least, min(state.largest * 3, least * 6)) }

    /// Runs a body on the writer's thread, with `nil` once the writer is closed.
    typealias OnWriter = @Sendable (@escaping @Sendable (OpaquePointer?) -> Void) -> Void

    /// Starts the thread and follows the commits of `writer`, whose automatic checkpoints this replaces. The caller keeps
    /// this object until after the connection is closed.
    ///
    /// - Parameter onWriter: runs a body between two transactions of the writer.
    func watch(_ writer: OpaquePointer, onWriter: @escaping OnWriter) {
        state.withLock { $0.isStopped = false }
        Thread.detachNewThread { [self] in
            Thread.current.name = "rapport.checkpoint"
            work(onWriter)
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
            state.largest = max(pages - (pages > state.length ? state.length : 0), state.largest - state.largest / 16)
            state.length = pages
            let threshold = Self.threshold(least, state)
            if pages < state.requestedAt { state.requestedAt = 0 }
            guard pages >= threshold, pages >= state.requestedAt + threshold / 4 || state.requestedAt == 0
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

    /// Moves nothing any more: the disk may lack what the log holds, and the file must not. When the database is opened again, SQLite takes
    /// from the log what is whole by its checksums.
    func hold() { state.withLock { $0.isHeld = true } }

    private func work(_ onWriter: OnWriter) {
        var handle: OpaquePointer?
        defer {
            // The last to close moves the log: as long as this one is open, nobody is.
            if !state.withLock({ $0.isHeld }) { sqlite3_close(handle) }
            ended.signal()
        }
        guard sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nil) == SQLITE_OK else { return }
        // A connection that has read nothing does not know that there is a log, and its checkpoints would do nothing.
        sqlite3_exec(handle, "SELECT count(*) FROM sqlite_schema", nil, nil, nil)
        SQLitePacedFile.pace(handle)
        // Of the log at the last look, and how many looks in a row found next to nothing.
        var seen: Int32 = 0
        var rests = 0
        while true {
            if wake.wait(timeout: .now() + Self.rest) == .timedOut {
                // A log that began anew counts from its start. Workers renew their leases all the time.
                let now = state.withLock { $0.length }
                let isQuiet = now - (now < seen ? 0 : seen) < Self.little
                rests = isQuiet ? rests + 1 : 0
                // Once more soon after, for what goes on after a start, and then now and then.
                if rests == 1 || rests % 10 == 2 { onWriter { Self.releaseMemory($0) } }
                seen = now
                continue
            }
            if state.withLock({ $0.isStopping }) { return }
            if state.withLock({ $0.isHeld }) { continue }
            let left = move(handle)
            let (length, threshold) = state.withLock { ($0.length, Self.threshold(least, $0)) }
            // In a log of so many pages each read is slow, and the writer waits for all of them to be moved.
            let limit = max(least * 4, threshold * 2)
            guard length > limit || length >= threshold && left < remainder, let log = handle else { continue }
            beginAnew(log, onWriter)
        }
    }

    /// Has the log written from its start again. Without that it grows for as long as somebody writes all the time, and a file
    /// that grows is slow to write and slower to sync.
    ///
    /// That takes a moment in which nobody writes, all of the log has been moved, and nobody reads from it. So it is tried between
    /// two transactions of this process's writer: then the place is free unless another process has it.
    private func beginAnew(_ handle: OpaquePointer, _ onWriter: OnWriter) {
        let log = Int(bitPattern: handle)
        let isTried = DispatchSemaphore(value: 0)
        for attempt in 1...Self.attempts {
            // One thread at a time uses the handle: this one waits until the writer's has done with it.
            onWriter { writer in
                let hasBegun = writer != nil && Self.restart(OpaquePointer(bitPattern: log))
                self.state.withLock { $0.hasBegunAnew = hasBegun }
                isTried.signal()
            }
            isTried.wait()
            if state.withLock({ $0.hasBegunAnew || $0.isStopping }) { return }
            usleep(UInt32(attempt) * 500)
        }
    }

    private static let attempts = 8

    /// Moves what is left and makes sure that nobody reads from the log. The handle has no busy handler: it waits for nobody.
    ///
    /// - Returns: whether the next who writes begins the log anew.
    private static func restart(_ handle: OpaquePointer?) -> Bool {
        sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_RESTART, nil, nil) == SQLITE_OK
    }

    private static func releaseMemory(_ writer: OpaquePointer?) {
        guard let writer else { return }
        sqlite3_db_release_memory(writer)
        // What SQLite frees, the allocator would keep.
        ProcessMemory.giveBack()
    }

    /// Moves pages until few have come meanwhile, and returns how many.
    private func move(_ handle: OpaquePointer?) -> Int32 {
        var left = Int32.max
        for _ in 0..<8 {
            let moved = Self.checkpoint(handle)
            let before = left
            left = state.withLock { $0.length } - moved
            // A reader that stands on old pages keeps them where they are.
            if left < remainder || left >= before || moved < 0 { break }
        }
        return left
    }

    /// PASSIVE waits for nobody and keeps nobody waiting. Whatever it could not move, the next one will.
    ///
    /// - Returns: how many pages of the log are in the file now, or -1.
    @discardableResult
    private static func checkpoint(_ handle: OpaquePointer?) -> Int32 {
        var moved: Int32 = -1
        sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, &moved)
        return moved
    }
}
