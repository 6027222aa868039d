import RapportCore
public import RapportEngagement
import RapportStorage

extension Rapport {
    /// How good what is known of people is, as it stands now.
    ///
    /// - Parameter progress: people read so far.
    public func dataHealth(progress: @Sendable (Int64) async -> Void = { _ in }) async throws -> DataHealth {
        let dropped = try await database.read { db -> [DataHealth.Dropped] in
            let counted = try UndeclaredData.all(in: db).map { DataHealth.Dropped($0) }
            return try counted + Self.rejects(in: db)
        }
        return try await HealthPass(database: database, at: clock.now).run(dropped: dropped, progress: progress)
    }

    /// Why imports leave out or refuse what nobody declared, does not fit or names nobody.
    private static let reasons: [String: DataHealth.Dropped.Reason] = [
        "import.undeclared_field": .refused, "field.value": .unfit, "identifier.email": .unread, "identifier.phone": .unread,
        "identifier.value": .unread,
    ]

    private static func rejects(in db: Connection) throws -> [DataHealth.Dropped] {
        try db.all(
            """
            SELECT imports.source, import_rejects.field, import_rejects.code, COUNT(*) FROM import_rejects
            JOIN imports ON imports.id = import_rejects.import
            WHERE import_rejects.code IN \(list: reasons.keys.sorted())
            GROUP BY imports.source, import_rejects.field, import_rejects.code
            ORDER BY imports.source, import_rejects.field, import_rejects.code
            """
        ) { row in
            DataHealth.Dropped(
                source: row.text(0), name: row.text(1), reason: reasons[row.text(2)] ?? .refused, count: row.integer(3))
        }
    }
}

extension DataHealth.Dropped {
    init(_ one: UndeclaredData) {
        self.init(source: one.source, name: one.name, reason: Reason(rawValue: one.reason) ?? .dropped, count: one.count)
    }
}
