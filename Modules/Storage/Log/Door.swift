import RapportCore

/// Where every event comes in: it is checked, told from what came before, given to a person and put on the log, in one
/// transaction.
///
/// The door writes the log, the dedupe keys, personal values and what identity needs, and nothing else: indexes by person
/// are written by the step.
public struct Door: Sendable {
    public let catalog: Catalog
    let resolver: IdentityResolver
    let seed: @Sendable () -> UInt64
    let mergeDue: @Sendable () -> Void
    let appended: @Sendable () -> Void
    let accepted: Accepted

    /// Sees what was accepted, in its transaction.
    public typealias Accepted = @Sendable ([NewEvent], [Acceptance], Connection) throws -> Void

    /// - Parameters:
    ///   - seed: gives the chance within the public ids of new people, a number a batch.
    ///   - mergeDue: called after a commit that found an anonymous person to be a known one.
    ///   - appended: called after a commit that put something on the log: `Database.announce`, so that workers need not wait.
    ///   - accepted: called at the end of each batch, whoever brought it: what must take effect in the transaction that accepts
    ///     it, such as an opt-out.
    public init(
        catalog: Catalog, resolver: IdentityResolver, seed: @escaping @Sendable () -> UInt64 = { UInt64.random(in: 0...(.max)) },
        mergeDue: @escaping @Sendable () -> Void = {}, appended: @escaping @Sendable () -> Void = {},
        accepted: @escaping Accepted = { _, _, _ in }
    ) {
        self.catalog = catalog
        self.resolver = resolver
        self.seed = seed
        self.mergeDue = mergeDue
        self.appended = appended
        self.accepted = accepted
    }

    /// Accepts a batch in a transaction of its own: durable when this returns. An event that is refused does not sink the
    /// others.
    ///
    /// - Returns: for each event, in their order, what became of it.
    public func accept(_ events: [NewEvent], in database: any Database) async throws -> [Acceptance] {
        try await accept(prepare(events), in: database)
    }

    /// Handles what has just been put on the log, in its transaction.
    public typealias Follow = @Sendable (EventsAtHand, Connection) throws -> Void

    /// - Parameters:
    ///   - follow: where it throws a `StepFault`, the events are put on the log without it.
    ///   - committed: is called once the events are on the log, while they may still be on their way to the disk.
    func accept(
        _ prepared: PreparedEvents, in database: any Database, follow: Follow? = nil,
        committed: @escaping @Sendable () -> Void = {}
    ) async throws -> [Acceptance] {
        var attempt = 1
        var follow = follow
        while true {
            do {
                return try await database.write { [follow] db in
                    db.afterCommit(committed)
                    guard let follow else { return try accept(prepared, in: db) }
                    let (answers, fresh) = try bring(prepared, in: db)
                    try follow(fresh, db)
                    return answers
                }
            } catch is StepFault where follow != nil {
                follow = nil
            } catch let race as DoorRace where attempt < 5 {
                _ = race
                attempt += 1
            } catch is DoorRace {
                throw Problem(
                    "log.contention", "other writers kept changing whose these events are",
                    remedy: "Nothing was written; send them again")
            }
        }
    }

    /// Accepts a batch within the caller's transaction, as its last act but for inserts: locks the heads of the partitions
    /// that it touches until the transaction ends.
    ///
    /// - Throws: `DoorRace` if another transaction interfered: roll back and try again.
    public func accept(_ events: [NewEvent], in db: Connection) throws -> [Acceptance] { try accept(prepare(events), in: db) }

    /// As above, for events that have been made ready before.
    public func accept(_ prepared: PreparedEvents, in db: Connection) throws -> [Acceptance] {
        try take(prepared, keepsFresh: false, in: db).answers
    }

    /// As above, for who handles the events in the same transaction.
    public func bring(_ prepared: PreparedEvents, in db: Connection) throws -> (answers: [Acceptance], fresh: EventsAtHand) {
        let batch = try take(prepared, keepsFresh: true, in: db)
        return (batch.answers, batch.fresh)
    }

    private func take(_ prepared: PreparedEvents, keepsFresh: Bool, in db: Connection) throws -> DoorBatch {
        var batch = DoorBatch(prepared, keepsFresh: keepsFresh)
        guard !prepared.events.isEmpty else { return batch }
        try batch.findDuplicates(in: db)
        try batch.findNumbers(catalog, in: db)
        let mergeIsDue = try batch.findPeople(resolver, seed: seed, in: db)
        if mergeIsDue { db.afterCommit(mergeDue) }
        try batch.lockHeads(in: db)
        try batch.write(in: db)
        // Whoever handles the events here needs no worker for them; what is left over the workers find when they look.
        if batch.hasEvents, !keepsFresh || db.dialect == .postgres { db.afterCommit(appended) }
        try accepted(prepared.events, batch.answers, db)
        return batch
    }

    /// How far the step that is furthest behind is behind the door, in events. Importers wait while this is over 2,000.
    public static func backlog(in db: Connection) throws -> Int64 {
        try db.integer(
            """
            SELECT MAX(partitions.head - cursors.position) FROM partitions
            JOIN cursors ON cursors.partition = partitions.partition
            """) ?? 0
    }

    /// How many events the step has not handled, without those of people who are held.
    public static func waiting(in db: Connection) throws -> Int64 {
        try db.integer(
            """
            SELECT SUM(partitions.head - cursors.position) FROM partitions
            JOIN cursors ON cursors.partition = partitions.partition
            """) ?? 0
    }
}
