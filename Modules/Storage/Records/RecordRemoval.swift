import RapportCore

/// Takes what an import said of accounts and products away again.
public struct RecordRemoval: RemovalParticipant {
    let catalog: Catalog

    public init(catalog: Catalog) { self.catalog = catalog }

    public func forget(_ events: [Event], in step: StepContext) throws {
        for kind in RecordKind.allCases {
            guard let number = try catalog.existingKind(kind.eventKind, in: step.db)?.id else { continue }
            let some = try events.filter { $0.kind == number }.map { ($0, try JSONValue(parsing: $0.properties)) }
            if !some.isEmpty { try RecordsBatch(kind: kind, db: step.db).forget(some) }
        }
    }
}
