import Dispatch
import Foundation
import GRDBSQLite
import RapportCore
import Synchronization

/// Group commit: the next transaction begins while the log is synced for the last ones, and who waits for them is told once it is.
///
/// SQLite syncs its log within COMMIT, and keeps everybody from writing meanwhile. That sync is left out here and done by another handle of
/// the log: one file, so one sync for all that was written to it, by whomever. Pages of a later transaction follow
/// those of an earlier one in the log with a checksum over both, so what a disk without power has kept are whole transactions, in order, up
/// to one of them (https://sqlite.org/walformat.html, section 4.4).
/// Only the sync of what was committed is left out: that of the log's header is SQLite's own, and so are those of a checkpoint, which
/// syncs the log before it moves a page.
final class SQLiteGroupCommit: Sendable {
    /// Is called once the log has been synced, or with what kept it from being.
    typealias Waiter = @Sendable (Problem?) -> Void

    private struct State {
        var waiting: [Waiter] = []
        var isSyncing = false
        var failure: Problem?
    }

    private let log: SQLiteFileHandle
    private let path: String
    private let whenFailing: @Sendable () -> Void
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "rapport.sqlite.sync")
    // These are the writer's: it commits on one thread at a time.
    private let isCommitting = Atomic(false)
    private let isLeftOut = Atomic(false)
    private let isStopped = Atomic(false)

    /// - Parameter whenFailing: is called when the log could not be synced, before anybody is told. What it holds must then not be moved into
    ///   the file: memory may have it and the disk not.
    /// - Returns: `nil` where the log cannot be opened once more; then each commit is synced by SQLite.
    init?(writer: OpaquePointer, path: String, whenFailing: @escaping @Sendable () -> Void) {
        guard let log = SQLiteFileHandle(logOf: writer) else { return nil }
        self.log = log
        self.path = path
        self.whenFailing = whenFailing
    }

    /// Whether a sync that SQLite asks for may come later.
    func takesOver() -> Bool {
        guard isCommitting.load(ordering: .relaxed) else { return false }
        isLeftOut.store(true, ordering: .relaxed)
        return true
    }

    /// Commits on the writer's thread.
    ///
    /// - Returns: whether it is on the disk. Else `whenSynced` tells when it is.
    func commit(_ body: () throws -> Void) rethrows -> Bool {
        isLeftOut.store(false, ordering: .relaxed)
        isCommitting.store(!isStopped.load(ordering: .relaxed), ordering: .relaxed)
        defer { isCommitting.store(false, ordering: .relaxed) }
        try body()
        return !isLeftOut.load(ordering: .relaxed)
    }

    /// - Throws: what once kept the log from being synced. What the system then says of later syncs is true of what was written after it only.
    func check() throws {
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }

    /// Calls `waiter`, on a thread of its own, when all that has been written to the log so far is on the disk.
    func whenSynced(_ waiter: @escaping Waiter) {
        let isFirst = state.withLock { state in
            state.waiting.append(waiter)
            defer { state.isSyncing = true }
            return !state.isSyncing
        }
        if isFirst { queue.async { [self] in sync() } }
    }

    private func sync() {
        while true {
            let (waiting, earlier) = state.withLock { state in
                defer { state.waiting = [] }
                if state.waiting.isEmpty { state.isSyncing = false }
                return (state.waiting, state.failure)
            }
            if waiting.isEmpty { return }
            let failure = earlier ?? (log.sync() ? nil : notDurable())
            if earlier == nil, let failure {
                state.withLock { $0.failure = failure }
                whenFailing()
            }
            for waiter in waiting { waiter(failure) }
        }
    }

    private func notDurable() -> Problem {
        Problem(
            "database.not_durable", "the disk did not keep what was written to \(path)-wal",
            remedy: "Look at the disk and at the system's log, then start Rapport again; what was not accepted can be sent again")
    }

    /// From now on commits are synced by SQLite. Call it on the writer's thread; returns when nobody waits any more.
    func stop() {
        guard !isStopped.exchange(true, ordering: .relaxed) else { return }
        queue.sync {
            sync()
            log.close()
        }
    }
}
