import RapportCore
import RapportStorage
import Synchronization

/// Keeps the checked segments in memory between steps.
final class SegmentLibrary: Sendable {
    private let memory = Mutex<SegmentBook?>(nil)
    private let permits: (any SegmentPermits)?

    init(permits: (any SegmentPermits)?) { self.permits = permits }

    /// The segments in force as this transaction sees them. One small query, unless they have changed.
    func book(in db: Connection, _ catalog: Catalog) throws -> SegmentBook {
        var budgets: Int64 = 0
        let rows = try db.all(
            """
            SELECT id, version, state, (SELECT SUM(version) FROM definitions WHERE kind IN ('field', 'identifier')) FROM segments
             WHERE state <> 'retired' OR id IN (SELECT segment FROM segment_fills)
             ORDER BY id
            """
        ) { row in
            budgets = row.integerOrNil(3) ?? 0
            return SegmentBook.Signature.Row(id: row.integer(0), version: row.integer(1), retired: row.text(2) == "retired")
        }
        let signature = SegmentBook.Signature(rows: rows, budgets: budgets)
        if let known = memory.withLock({ $0 }), known.signature == signature { return known }
        let book = try read(signature, db, catalog)
        // Numbers of symbols that this transaction made are good only once it is durable.
        db.afterCommit { [self] in memory.withLock { $0 = book } }
        return book
    }

    private func read(_ signature: SegmentBook.Signature, _ db: Connection, _ catalog: Catalog) throws -> SegmentBook {
        let schema = try SegmentSchema.read(in: db, permits: permits)
        let retired = Set(signature.rows.filter(\.retired).map(\.id))
        let texts = try db.all(
            "SELECT id, name, version, expression, purpose FROM segments WHERE id IN \(list: signature.rows.map(\.id)) ORDER BY id"
        ) { row in
            (
                id: row.integer(0), name: row.text(1), version: row.integer(2), text: row.text(3),
                purpose: SegmentPurpose(rawValue: row.text(4)) ?? .marketing
            )
        }
        let entries = try texts.map { row in
            SegmentBook.Entry(
                id: row.id, name: row.name, version: row.version, purpose: row.purpose,
                expression: retired.contains(row.id) ? nil : try schema.expression(row.text, in: db, making: catalog))
        }
        return try SegmentBook(entries, schema: schema, signature: signature)
    }
}
