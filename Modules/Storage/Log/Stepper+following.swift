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
    /// - Throws: `StepFault` where an event cannot be handled.
    public func follow(_ fresh: EventsAtHand, wall: Timestamp, budget: Duration, in db: Connection) throws {
        guard db.dialect == .sqlite else { return }
        let leases = try db.all(
            """
            SELECT cursors.partition, cursors.epoch FROM cursors
            JOIN partitions ON partitions.partition = cursors.partition
            WHERE partitions.head > cursors.position ORDER BY cursors.partition
            """
        ) { Lease(partition: $0.int(0), epoch: $0.integer(1)) }
        guard !leases.isEmpty else { return }
        var stepper = self
        stepper.settings.budget = budget
        // What can wait is the worker's.
        stepper.settings.spare = .zero
        do {
            _ = try stepper.step(leases, wall: wall, pace: .chunks, atHand: fresh, in: db)
        } catch let error where !Self.isOfDatabase(error) {
            throw StepFault(reason: error)
        }
    }
}
