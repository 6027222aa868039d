public import RapportCore
public import RapportPluginKit
public import RapportStorage

/// An instance's small store in the database. `instance` is `channels.mail`: names of channels and sources do not collide.
public struct DatabasePluginState: PluginState {
    private let database: any Database
    private let instance: String

    public init(_ instance: String, in database: any Database) {
        self.database = database
        self.instance = instance
    }

    public func value(_ key: String) async throws -> JSONValue? {
        if let pending = PendingPluginState.current?.value(key) { return pending }
        let text = try await database.read { [instance] db in
            try db.text("SELECT value FROM plugin_state WHERE instance = \(instance) AND name = \(key)")
        }
        return try text.map { try JSONValue(parsing: $0) }
    }

    public func all() async throws -> [String: JSONValue] {
        let rows = try await database.read { [instance] db in
            try db.all("SELECT name, value FROM plugin_state WHERE instance = \(instance) ORDER BY name") {
                ($0.text(0), $0.text(1))
            }
        }
        return Dictionary(try rows.map { ($0, try JSONValue(parsing: $1)) }) { first, _ in first }
    }

    /// Within `PendingPluginState` the value waits for the transaction of the results; elsewhere it is written at once.
    public func set(_ key: String, _ value: JSONValue?) async throws {
        if let pending = PendingPluginState.current { return pending.set(key, value) }
        try await database.write { [instance] db in try Self.write([key: value], of: instance, in: db) }
    }

    /// Writes values in the caller's transaction; `nil` takes a key away.
    public static func write(_ values: [String: JSONValue?], of instance: String, in db: Connection) throws {
        for (key, value) in values.sorted(by: { $0.key < $1.key }) {
            try db.run("DELETE FROM plugin_state WHERE instance = \(instance) AND name = \(key)")
            guard let value else { continue }
            try db.run("INSERT INTO plugin_state (instance, name, value) VALUES (\(instance), \(key), \(value.text))")
        }
    }
}
