import RapportCore
public import RapportStorage

extension PermissionLedger {
    /// The ledger that also writes what it records to the journal, from which a restored database learns it again.
    ///
    /// - Parameter passing: called with the same, in the same transaction, before the journal.
    public init(catalog: Catalog, keeping journal: RapportStorage.Journal, passing: @escaping Journal = { _, _ in }) {
        self.init(catalog: catalog) { entries, db in
            try passing(entries, db)
            try journal.appendWaiting(Self.lines(entries, in: db))
        }
    }

    /// What the journal says of entries: people by public id, addresses by hash.
    static func lines(_ entries: [Entry], in db: Connection) throws -> [JournalEntry] {
        var known: [PersonID: (id: PublicID?, identifiers: [HashedIdentifier])] = [:]
        return try entries.compactMap { entry in
            guard let kind = JournalEntry.Kind(entry.act.kind) else { return nil }
            let person =
                try known[entry.person]
                ?? (
                    try db.text("SELECT public_id FROM people WHERE id = \(entry.person)").flatMap { PublicID($0) },
                    HashedIdentifier.of(entry.person, in: db)
                )
            known[entry.person] = person
            let act = entry.act
            return JournalEntry(
                kind, at: entry.at, person: person.id, identifiers: person.identifiers, brand: act.brand, topic: act.topic,
                channel: act.channel, evidence: act.kind.rawValue, address: act.address)
        }
    }
}

extension JournalEntry.Kind {
    init?(_ kind: PermissionAct.Kind) {
        switch kind {
        case .pending, .granted, .confirmed: return nil
        case .withdrawn: self = .optOut
        case .objected: self = .objection
        case .objectionLifted: self = .objectionLifted
        case .restricted: self = .restriction
        case .released: self = .restrictionLifted
        case .bounced, .complained, .suppressed: self = .suppression
        case .unsuppressed: self = .suppressionLifted
        }
    }
}
