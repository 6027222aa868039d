public import RapportCore
public import RapportStorage

/// Records of what speaks against writing to somebody. They take effect in the transaction that accepts the event, before
/// any step has seen it, and the gate reads them.
public struct PermissionLedger: Sendable {
    /// One line of the ledger.
    public struct Entry: Sendable, Hashable {
        public var act: PermissionAct
        public var ref: EventRef
        public var person: PersonID
        public var profile: ProfileID
        public var source: Int64
        public var at: Timestamp
        public var recordedAt: Timestamp

        public init(
            act: PermissionAct, ref: EventRef, person: PersonID, profile: ProfileID, source: Int64, at: Timestamp,
            recordedAt: Timestamp
        ) {
            self.act = act
            self.ref = ref
            self.person = person
            self.profile = profile
            self.source = source
            self.at = at
            self.recordedAt = recordedAt
        }

        init?(_ event: Event, kind: String) throws {
            guard
                let act = PermissionAct(
                    kind: kind, properties: try JSONValue(parsing: event.properties), history: event.history)
            else { return nil }
            self.init(
                act: act, ref: event.ref, person: event.person, profile: event.profile, source: event.source,
                at: event.occurredAt, recordedAt: event.receivedAt)
        }
    }

    /// What passes an opt-out on to where a restored database finds it again.
    public typealias Journal = @Sendable ([Entry], Connection) throws -> Void

    let catalog: Catalog
    let journal: Journal?

    /// - Parameter journal: called with the opt-outs, suppressions and restrictions of a transaction before it commits; it may be
    ///   called again for the same ones. What it throws refuses them.
    public init(catalog: Catalog, journal: Journal? = nil) {
        self.catalog = catalog
        self.journal = journal
    }

    /// Records what events just accepted by the door say against writing. Call it in the door's transaction.
    public func record(_ events: [NewEvent], _ acceptances: [Acceptance], in db: Connection) throws {
        var entries: [Entry] = []
        for (event, acceptance) in zip(events, acceptances) {
            guard let kind = PermissionAct.Kind(rawValue: event.kind), !kind.givesPermission,
                case .accepted(let ref, let person) = acceptance
            else { continue }
            guard
                let stored = try db.first(
                    "SELECT \(raw: Event.columns) FROM events WHERE partition = \(ref.partition) AND position = \(ref.position)",
                    Event.init)
            else { continue }
            var event = stored
            event.person = person
            if let entry = try Entry(event, kind: kind.rawValue) { entries.append(entry) }
        }
        try record(entries, in: db)
        try recordReturning(events, acceptances, in: db)
    }

    /// Records entries; those that are there already, and those that give permission, change nothing.
    public func record(_ entries: [Entry], in db: Connection) throws {
        let entries = entries.filter { !$0.act.kind.givesPermission && $0.person != 0 }
        guard !entries.isEmpty else { return }
        let numbers = try catalog.symbols(entries.reduce(into: []) { $0.formUnion($1.act.names) }, in: db)
        let news = try entries.sorted(by: { ($0.person, $0.ref) < ($1.person, $1.ref) }).filter {
            try write($0, scope: $0.act.scope(numbers), in: db)
        }
        if !news.isEmpty { try journal?(news, db) }
    }

    /// - Returns: whether it was new.
    private func write(_ entry: Entry, scope: PermissionScope, in db: Connection) throws -> Bool {
        let (act, id) = (entry.act, entry.ref.number)
        let details = act.details.text
        switch act.kind {
        case .pending, .granted, .confirmed: return false
        case .withdrawn:
            return try db.run(
                """
                INSERT INTO withdrawals (person, id, profile, brand, topic, channel, at, recorded_at, source, details)
                VALUES (\(entry.person), \(id), \(entry.profile), \(scope.brand), \(scope.topic), \(scope.channel),
                        \(entry.at), \(entry.recordedAt), \(entry.source), \(details))
                ON CONFLICT (person, id) DO NOTHING
                """) == 1
        case .objected, .objectionLifted:
            // Only an act of the person lifts an objection; no import does.
            if act.kind == .objectionLifted, act.isImported { return false }
            return try db.run(
                """
                INSERT INTO objections (person, id, profile, lifts, brand, topic, channel, at, recorded_at, source, details)
                VALUES (\(entry.person), \(id), \(entry.profile), \(act.kind == .objectionLifted), \(scope.brand),
                        \(scope.topic), \(scope.channel), \(entry.at), \(entry.recordedAt), \(entry.source), \(details))
                ON CONFLICT (person, id) DO NOTHING
                """) == 1
        case .restricted, .released:
            if act.kind == .released, act.isImported { return false }
            return try db.run(
                """
                INSERT INTO restrictions (person, id, profile, lifts, at, recorded_at, source, details)
                VALUES (\(entry.person), \(id), \(entry.profile), \(act.kind == .released), \(entry.at), \(entry.recordedAt),
                        \(entry.source), \(details))
                ON CONFLICT (person, id) DO NOTHING
                """) == 1
        case .bounced: return try suppress(.bounce, entry, in: db)
        case .complained: return try suppress(.complaint, entry, in: db)
        case .suppressed: return try suppress(.manual, entry, in: db)
        case .unsuppressed:
            guard let address = act.address, !act.isImported else { return false }
            return try db.run(
                """
                UPDATE suppressions SET lifted_at = \(entry.at)
                WHERE address = \(address) AND lifted_at = 0 AND at <= \(entry.at)
                """) > 0
        }
    }

    private func suppress(_ kind: SuppressionKind, _ entry: Entry, in db: Connection) throws -> Bool {
        guard let address = entry.act.address else { return false }
        return try suppress(
            address, kind, id: entry.ref.number, person: entry.person, source: entry.source, at: entry.at,
            details: entry.act.details, in: db)
    }

    /// Uses an address no more, from this transaction on.
    ///
    /// - Returns: whether that is news.
    @discardableResult
    public func suppress(
        _ address: Int64, _ kind: SuppressionKind, id: Int64 = 0, person: PersonID, source: Int64 = 0, at: Timestamp,
        details: JSONValue = [:], in db: Connection
    ) throws -> Bool {
        try db.run(
            """
            INSERT INTO suppressions (address, kind, id, person, at, lifted_at, source, details)
            VALUES (\(address), \(kind.rawValue), \(id), \(person), \(at), 0, \(source), \(details.text))
            ON CONFLICT (address, kind) DO UPDATE SET id = excluded.id, person = excluded.person, at = excluded.at,
                lifted_at = 0, source = excluded.source, details = excluded.details
            WHERE suppressions.lifted_at > 0 AND suppressions.lifted_at < excluded.at
            """) == 1
    }
}
