public import RapportCore

/// Handling what has just been put on the log failed. The transaction must be rolled back; put it there again without, and
/// the worker finds out whose event it was.
public struct StepFault: Error {
    public let reason: any Error
}

extension Stepper {
    /// Handles what is on the log, in the transaction of whoever has just put it there: for those who bring much. What is
    /// written together is then in the cache when it is folded, and is written to the disk once.
    ///
    /// Only for SQLite, where nobody else can move a cursor while this transaction lasts; elsewhere it does nothing.
    ///
    /// - Parameters:
    ///   - fresh: what was put there.
    ///   - budget: how long to go on reading events.
    ///   - most: where more events than these wait that came before, all is left to the worker: who brings something must not wait
    ///     for what others brought. `nil`: whatever there is.
    /// - Throws: `StepFault` where an event cannot be handled.
    public func follow(_ fresh: EventsAtHand, wall: Timestamp, budget: Duration, most: Int? = nil, in db: Connection) throws {
        guard db.dialect == .sqlite else { return }
        var waiting = 0
        let leases = try db.all(
            """
            SELECT cursors.partition, cursors.epoch, partitions.head - cursors.position FROM cursors
            JOIN partitions ON partitions.partition = cursors.partition
            WHERE partitions.head > cursors.position ORDER BY cursors.partition
            """
        ) { row in
            waiting += row.int(2)
            return Lease(partition: row.int(0), epoch: row.integer(1))
        }
        guard !leases.isEmpty, most.map({ waiting - fresh.count <= $0 }) ?? true else { return }
        var stepper = self
        stepper.settings.budget = budget
        // What was written together is handled together: its people stand side by side.
        stepper.settings.chunk = max(settings.chunk, fresh.count)
        // What can wait is the worker's.
        stepper.settings.spare = .zero
        do {
            _ = try stepper.step(leases, wall: wall, pace: .chunks, atHand: fresh, in: db)
        } catch let error where !Self.isOfDatabase(error) {
            throw StepFault(reason: error)
        }
    }
}
