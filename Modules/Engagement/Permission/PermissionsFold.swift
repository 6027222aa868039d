public import RapportCore
public import RapportStorage

/// Folds permissions from events, and makes sure that the ledger has every opt-out of the log.
public struct PermissionsFold: Fold {
    public let name = "permissions"
    let ledger: PermissionLedger

    public init(ledger: PermissionLedger) { self.ledger = ledger }

    public func apply(_ events: [Event], in step: StepContext) throws {
        let kinds = try Self.kinds(step.catalog, in: step.db)
        guard events.contains(where: { kinds[$0.kind] != nil }) else { return }
        try write(events, kinds: kinds, in: step.db, ignoringConflicts: true)
    }

    public func refold(_ people: [PersonID], in step: StepContext) throws {
        try MergedOptOuts.follow(people, in: step.db)
        try step.db.run("DELETE FROM permissions WHERE person IN \(list: people)")
        let kinds = try Self.kinds(step.catalog, in: step.db)
        let events = try step.db.all(
            """
            SELECT \(raw: Event.columns) FROM timeline
            JOIN events ON events.partition = timeline.partition AND events.position = timeline.position
            WHERE timeline.person IN \(list: people) AND timeline.kind IN \(list: kinds.keys.sorted())
            ORDER BY timeline.person, events.partition, events.position
            """, Event.init)
        try write(events, kinds: kinds, in: step.db, ignoringConflicts: false)
    }

    public func fingerprint(of person: PersonID, in db: Connection) throws -> String {
        var lines: [String] = []
        func add(_ sql: SQL, _ columns: Int) throws {
            try db.each(sql) { row in lines.append((0..<columns).map { String(row.integer($0)) }.joined(separator: " ")) }
        }
        try add(
            """
            SELECT brand, topic, channel, basis, status, proven, imported, at FROM permissions
            WHERE person = \(person) ORDER BY at, id
            """, 8)
        try add("SELECT brand, topic, channel, at FROM withdrawals WHERE person = \(person) ORDER BY at, id", 4)
        try add("SELECT lifts, brand, topic, channel, at FROM objections WHERE person = \(person) ORDER BY at, id", 5)
        try add("SELECT lifts, at FROM restrictions WHERE person = \(person) ORDER BY at, id", 2)
        return lines.joined(separator: "\n")
    }

    static func kinds(_ catalog: Catalog, in db: Connection) throws -> [Int64: PermissionAct.Kind] {
        let kinds = try catalog.kinds(Set(PermissionAct.Kind.allCases.map(\.rawValue)), in: db)
        var out: [Int64: PermissionAct.Kind] = [:]
        for (name, kind) in kinds { out[kind.id] = PermissionAct.Kind(rawValue: name) }
        return out
    }

    private func write(
        _ events: [Event], kinds: [Int64: PermissionAct.Kind], in db: Connection, ignoringConflicts: Bool
    ) throws {
        let entries = try events.compactMap { event in
            try kinds[event.kind].flatMap { try PermissionLedger.Entry(event, kind: $0.rawValue) }
        }
        try ledger.record(entries, in: db)
        let given = entries.filter { $0.act.kind.givesPermission && $0.person != 0 && $0.act.brand != nil }
        guard !given.isEmpty else { return }
        let numbers = try ledger.catalog.symbols(given.reduce(into: []) { $0.formUnion($1.act.names) }, in: db)
        let rows = given.sorted { ($0.person, $0.ref.number) < ($1.person, $1.ref.number) }.map { entry -> [SQLValue] in
            let scope = entry.act.scope(numbers)
            let status: PermissionEntry.Status =
                entry.act.kind == .pending ? .pending : entry.act.kind == .confirmed ? .confirmed : .granted
            return [
                .integer(entry.person), .integer(entry.ref.number), .integer(entry.profile), .integer(scope.brand),
                .integer(scope.topic), .integer(scope.channel), .integer(Int64(entry.act.basis.rawValue)),
                .integer(Int64(status.rawValue)), .bool(entry.act.isProven), .bool(entry.act.isImported), .time(entry.at),
                .integer(entry.source), .text(entry.act.details.text),
            ]
        }
        try db.insert(
            into: "permissions",
            [
                "person", "id", "profile", "brand", "topic", "channel", "basis", "status", "proven", "imported", "at", "source",
                "details",
            ], rows, ignoringConflicts: ignoringConflicts)
    }
}
