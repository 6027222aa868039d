import RapportCore
import Synchronization

/// The declared fields as last read. Their rows are few and read each time; only a change is parsed.
final class FieldCatalogMemory: Sendable {
    private struct Row: Hashable {
        var slot: Int
        var name: String
        var definition: String
    }

    private let memory = Mutex<(rows: [Row], catalog: FieldCatalog)>(([], FieldCatalog([])))

    func read(in db: Connection) throws -> FieldCatalog {
        let rows = try db.all("SELECT slot, name, definition FROM fields ORDER BY slot") {
            Row(slot: $0.int(0), name: $0.text(1), definition: $0.text(2))
        }
        if let known = memory.withLock({ $0.rows == rows ? $0.catalog : nil }) { return known }
        let catalog = FieldCatalog(
            try rows.map { row in
                .init(
                    slot: row.slot,
                    definition: try FieldDefinition(name: row.name, json: try JSONValue(parsing: row.definition)))
            })
        memory.withLock { $0 = (rows, catalog) }
        return catalog
    }
}
