import RapportCore
import RapportPluginKit

/// The names and the version of docs/plugin-protocol.md.
public enum PluginProtocol {
    public static let version = PluginMain.version
    /// Where an instance's store says that it is in quarantine.
    public static let healthKey = "rapport.health"

    static var hello: JSONValue { ["type": "hello", "protocol": .integer(Int64(version)), "host": "rapport"] }
}
