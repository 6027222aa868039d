import Foundation
public import RapportCore
public import RapportStorage

/// A migrated database for one test, in a place of its own.
///
///     @Test(arguments: DatabaseKind.available)
///     func keepsRows(kind: DatabaseKind) async throws {
///         try await TemporaryDatabase.with(kind) { database in … }
///     }
public enum TemporaryDatabase {
    /// Makes a database, runs `body` and removes the database, also after a failure.
    ///
    /// - Parameter clock: what `Connection.now()` tells; `nil` for the real clock.
    public static func with<Result>(
        _ kind: DatabaseKind, migrations: [Migration] = Migration.storage, clock: (any WallClock)? = nil,
        _ body: (any Database) async throws -> Result
    ) async throws -> Result {
        switch kind {
        case .sqlite: try await sqlite(migrations: migrations, clock: clock, body)
        }
    }

    /// A file in a folder of its own.
    public static func sqlite<Result>(
        migrations: [Migration] = Migration.storage, clock: (any WallClock)? = nil,
        _ body: (SQLiteDatabase) async throws -> Result
    ) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rapport-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let database = try SQLiteDatabase(path: folder.appendingPathComponent("test.db").path, clock: clock)
        do {
            try await Migrator(migrations: migrations).migrate(database)
            let result = try await body(database)
            try await database.close()
            return result
        } catch {
            try? await database.close()
            throw error
        }
    }
}
