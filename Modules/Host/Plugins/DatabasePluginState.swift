import RapportCore
import RapportPluginKit
import RapportStorage

/// An instance's small store in the database. `instance` is `channels.mail`: names of channels and sources do not collide.
struct DatabasePluginState: PluginState {
    let database: any Database
    let instance: String

    func value(_ key: String) async throws -> JSONValue? {
        let text = try await database.read { [instance] db in
            try db.text("SELECT value FROM plugin_state WHERE instance = \(instance) AND name = \(key)")
        }
        return try text.map { try JSONValue(parsing: $0) }
    }

    func all() async throws -> [String: JSONValue] {
        let rows = try await database.read { [instance] db in
            try db.all("SELECT name, value FROM plugin_state WHERE instance = \(instance) ORDER BY name") {
                ($0.text(0), $0.text(1))
            }
        }
        return Dictionary(try rows.map { ($0, try JSONValue(parsing: $1)) }) { first, _ in first }
    }

    func set(_ key: String, _ value: JSONValue?) async throws {
        try await database.write { [instance] db in
            try db.run("DELETE FROM plugin_state WHERE instance = \(instance) AND name = \(key)")
            guard let value else { return }
            try db.run("INSERT INTO plugin_state (instance, name, value) VALUES (\(instance), \(key), \(value.text))")
        }
    }
}
