public import RapportCore
public import RapportStorage

/// What a revert does to the ledger: opt-outs stay; where somebody says that they go too, so do their records.
public struct PermissionRemoval: RemovalParticipant {
    private let catalog: Catalog

    public init(catalog: Catalog) { self.catalog = catalog }

    /// Everything that speaks against writing to somebody.
    public var lastingKinds: Set<String> {
        let kinds: [PermissionAct.Kind] = [.withdrawn, .objected, .restricted, .bounced, .complained, .suppressed]
        return Set(kinds.map(\.rawValue))
    }

    public func forget(_ events: [Event], in step: StepContext) throws {
        let kinds = try PermissionsFold.kinds(catalog, in: step.db)
        for event in events {
            guard let kind = kinds[event.kind] else { continue }
            let id = event.ref.number
            for table in ["withdrawals", "objections", "restrictions"] {
                try step.db.run("DELETE FROM \(raw: table) WHERE person = \(event.person) AND id = \(id)")
            }
            if let act = PermissionAct(kind: kind.rawValue, properties: try JSONValue(parsing: event.properties)),
                let address = act.address
            {
                try step.db.run("DELETE FROM suppressions WHERE address = \(address) AND id = \(id)")
            }
        }
    }

    /// Whoever has an opt-out is remembered by it.
    public func needed(_ people: [PersonID], in db: Connection) throws -> Set<PersonID> {
        var needed: Set<PersonID> = []
        for table in ["withdrawals", "objections", "restrictions"] {
            try db.each("SELECT DISTINCT person FROM \(raw: table) WHERE person IN \(list: people)") {
                needed.insert($0.integer(0))
            }
        }
        return needed
    }
}
