import RapportCore
public import RapportStorage

/// Brings opt-outs, objections, restrictions and suppressions that came after a backup into the database restored from it:
/// as events dated when they were said, so that the ledger and the log agree.
///
/// The journal names people by public id. Of somebody whom the backup does not know, the addresses are suppressed: should an
/// import bring the person back, nothing is sent before somebody has looked.
public struct OptOutReplayer: JournalReplayer {
    private static let source = "journal"

    private let door: Door
    private let ledger: PermissionLedger

    public init(door: Door) {
        self.door = door
        ledger = PermissionLedger(catalog: door.catalog)
    }

    public func replay(_ entry: JournalEntry, in db: Connection) throws -> Bool {
        guard let kind = Self.kind(of: entry) else { return false }
        guard let person = try person(entry, in: db) else { return try suppressAddresses(entry, in: db) }
        if try db.integer("SELECT state FROM people WHERE id = \(person)") == 2 {
            // Nothing is said of somebody erased any more; an address that bounced stays as it was.
            return entry.address == nil ? false : try suppressAddresses(entry, in: db)
        }
        guard try !isKnown(entry, kind, of: person, in: db) else { return false }
        var properties: [JSONValue.Member] = [.init("imported", .bool(false)), .init("where", .string("journal"))]
        if let brand = entry.brand { properties.append(.init("brand", .string(brand))) }
        if let topic = entry.topic { properties.append(.init("topic", .string(topic))) }
        if let channel = entry.channel { properties.append(.init("channel", .string(channel))) }
        if let address = entry.address { properties.append(.init("address", .integer(address))) }
        if kind == .bounced { properties.append(.init("bounce", .string("hard"))) }
        let event = NewEvent(
            kind: kind.rawValue, source: Self.source, person: person, occurredAt: entry.at, properties: .object(properties),
            history: true)
        let answers: [Acceptance] = try door.accept([event], in: db)
        if case .refused(let problem)? = answers.first { throw problem }
        try ledger.record([event], answers, in: db)
        return true
    }

    private static func kind(of entry: JournalEntry) -> PermissionAct.Kind? {
        switch entry.kind {
        case .optOut: .withdrawn
        case .objection: .objected
        case .objectionLifted: .objectionLifted
        case .restriction: .restricted
        case .restrictionLifted: .released
        case .suppression: entry.evidence.flatMap { PermissionAct.Kind(rawValue: $0) } ?? .suppressed
        case .suppressionLifted: .unsuppressed
        case .erasure: nil
        }
    }

    private func person(_ entry: JournalEntry, in db: Connection) throws -> PersonID? {
        guard let publicID = entry.person,
            let then = try db.integer("SELECT id FROM people WHERE public_id = \(publicID.description)")
        else { return nil }
        return try People.current([then], in: db)[then]?.person
    }

    /// Whether the backup, or an earlier line, has it already.
    private func isKnown(_ entry: JournalEntry, _ kind: PermissionAct.Kind, of person: PersonID, in db: Connection) throws -> Bool
    {
        func number(_ name: String?) throws -> Int64 {
            guard let name else { return 0 }
            return try ledger.catalog.existingSymbol(Text.folded(name), in: db) ?? -1
        }
        let (brand, topic, channel) = (try number(entry.brand), try number(entry.topic), try number(entry.channel))
        let found: Int64?
        switch kind {
        case .withdrawn:
            found = try db.integer(
                """
                SELECT 1 FROM withdrawals
                WHERE person = \(person) AND at = \(entry.at) AND brand = \(brand) AND topic = \(topic) AND channel = \(channel)
                """)
        case .objected, .objectionLifted:
            found = try db.integer(
                """
                SELECT 1 FROM objections WHERE person = \(person) AND at = \(entry.at) AND lifts = \(kind == .objectionLifted)
                    AND brand = \(brand) AND topic = \(topic) AND channel = \(channel)
                """)
        case .restricted, .released:
            found = try db.integer(
                "SELECT 1 FROM restrictions WHERE person = \(person) AND at = \(entry.at) AND lifts = \(kind == .released)")
        case .bounced, .complained, .suppressed, .unsuppressed:
            let address = entry.address ?? 0
            let since = try db.integer(
                "SELECT max(at) FROM suppressions WHERE address = \(address) AND lifted_at = 0")
            // An address that is suppressed since then or later needs nothing; one that is not needs no release.
            if kind == .unsuppressed { return since.map { $0 > entry.at.milliseconds } ?? true }
            found = since
        case .pending, .granted, .confirmed: found = 1
        }
        return found != nil
    }

    private func suppressAddresses(_ entry: JournalEntry, in db: Connection) throws -> Bool {
        guard [.optOut, .objection, .restriction, .suppression].contains(entry.kind) else { return false }
        var addresses = entry.identifiers.filter { ["email", "phone"].contains($0.kind) }.compactMap { AddressHash.of($0) }
        if let address = entry.address { addresses = [address] }
        var changed = false
        for address in addresses {
            let isNew = try ledger.suppress(
                address, .manual, person: 0, at: entry.at,
                details: ["where": "journal", "evidence": .string(entry.kind.rawValue)],
                in: db)
            changed = changed || isNew
        }
        return changed
    }
}

extension AddressHash {
    /// The same short name, from the journal's longer hash.
    static func of(_ identifier: HashedIdentifier) -> Int64? {
        UInt64(identifier.hash.prefix(16), radix: 16).map { Int64(bitPattern: $0) & Int64.max }
    }
}
