import Foundation
import Logging
public import RapportCore
import RapportEngagement
public import RapportPluginKit
import RapportStorage

/// Wires a `Rapport` from its configuration. The apps differ only in what they do with it.
public enum Host {
    /// Opens the database, checks its schema, and puts everything together.
    ///
    /// - Parameters:
    ///   - plugins: the built-in plugins: `RegisteredPlugins.all`.
    ///   - clock: wall time, and the database's; `nil` for the machine's. Tests and stories pass a virtual one.
    ///   - isServing: whether the process answers many requests.
    ///   - migrating: brings an older database up to date instead of refusing it: what `rapport demo` and tests want.
    /// - Throws: `Problem` where the database cannot be opened, is newer, damaged or not migrated, or a plugin id exists twice.
    public static func bootstrap(
        _ configuration: Configuration, plugins: [any Plugin.Type], clock: (any WallClock)? = nil, isServing: Bool = false,
        migrating: Bool = false
    ) async throws -> Rapport {
        let registry = try registry(configuration, plugins: plugins)
        let texts = try Texts.house(configuration)
        let database = try await configuration.database.open(clock: clock, isServing: isServing)
        do {
            let migrator = Migrator(migrations: migrations)
            if migrating { try await migrator.migrate(database) } else { try await migrator.check(database) }
            try await database.read { db in try DatabaseLock.refuseUnfinishedRestore(db) }
            let catalog = Catalog()
            try await catalog.declareBuiltIn(in: database)
            let ledger = PermissionLedger(
                catalog: catalog, keeping: configuration.wishes, passing: configuration.duties(registry).note)
            // Whoever brings an opt-out, tracking, an import or a plugin: it is in force once it is accepted.
            let identity = IdentityRuleBook()
            let door = Door(
                catalog: catalog, resolver: IdentityResolver(book: identity), appended: { database.announce() },
                accepted: { try ledger.record($0, $1, in: $2) })
            return Rapport(
                configuration: configuration, database: database, registry: registry, catalog: catalog, identity: identity,
                door: door,
                ledger: ledger, stepper: stepper(configuration, door: door, ledger: ledger),
                definitions: DefinitionStore(handlers: definitionHandlers(catalog, identity)), texts: texts,
                clock: clock ?? SystemClock(),
                logger: Logger(label: "rapport"))
        } catch {
            try? await database.close()
            throw error
        }
    }
}

extension Texts {
    /// `locales/LANGUAGE.yaml` beside the configuration, if there is one, over the built-in English.
    ///
    /// - Throws: `Problem` `texts.invalid` with the line of a file that cannot be read.
    public static func house(_ configuration: Configuration) throws -> Texts {
        let language = configuration.house.language
        let path = "\(configuration.folder)/locales/\(language).yaml"
        guard let data = FileManager.default.contents(atPath: path) else { return .english }
        return try Texts(language: language, reading: String(decoding: data, as: UTF8.self), file: path).over(.english)
    }
}

extension Catalog {
    /// Declares the kinds that every Rapport knows, where this database does not know them yet: an event whose kind is not
    /// declared keeps no typed properties.
    func declareBuiltIn(in database: any Database) async throws {
        let names = KindDefinition.builtIn.map(\.name)
        let known = try await database.read { db in
            try db.integer("SELECT count(*) FROM kinds WHERE declared = 1 AND name IN \(list: names)") ?? 0
        }
        guard known < Int64(names.count) else { return }
        try await database.write { db in try self.declare(KindDefinition.builtIn, in: db) }
    }
}
