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
        try await withURL(kind, migrations: migrations) { url in
            try await closing(try await DatabaseURL(url).open(clock: clock)) { try await body($0) }
        }
    }

    /// A file in a folder of its own.
    public static func sqlite<Result>(
        migrations: [Migration] = Migration.storage, clock: (any WallClock)? = nil,
        _ body: (any Database) async throws -> Result
    ) async throws -> Result {
        try await with(.sqlite, migrations: migrations, clock: clock, body)
    }

    /// The same for tests that open the database themselves, or have other processes open it.
    ///
    /// - Parameter body: is given what stands after `database:` in rapport.yaml.
    public static func withURL<Result>(
        _ kind: DatabaseKind, migrations: [Migration] = Migration.storage, _ body: (String) async throws -> Result
    ) async throws -> Result {
        switch kind {
        case .sqlite:
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rapport-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let url = "sqlite:\(folder.appendingPathComponent("test.db").path)"
            if !migrations.isEmpty {
                try await closing(try await DatabaseURL(url).open()) { try await Migrator(migrations: migrations).migrate($0) }
            }
            return try await body(url)
        case .postgres:
            let server = try await PostgresServer.shared
            let name = try await server.create(migrations: migrations)
            do {
                let result = try await body(server.url(of: name))
                try await server.drop(name)
                return result
            } catch {
                try? await server.drop(name)
                throw error
            }
        }
    }

    @discardableResult
    static func closing<Result>(
        _ database: any Database, _ body: (any Database) async throws -> Result
    ) async throws -> Result {
        do {
            let result = try await body(database)
            try await database.close()
            return result
        } catch {
            try? await database.close()
            throw error
        }
    }
}
