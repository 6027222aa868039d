import RapportCore
import RapportStorage

/// What is declared, as the tracking API needs it: read once and again when it is older than a few seconds.
struct TrackingSchema: Sendable {
    let fields: FieldCatalog
    let kinds: Set<String>

    static func read(from database: any Database) async throws -> TrackingSchema {
        try await database.read { db in
            TrackingSchema(
                fields: try FieldStore.read(in: db),
                kinds: Set(try db.all("SELECT name FROM kinds WHERE declared = 1 ORDER BY name") { $0.text(0) }))
        }
    }
}
