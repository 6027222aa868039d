public import RapportCore
public import RapportPluginKit

/// A named use of a plugin, as the YAML has it: `channels.mail` with `plugin: channel.email` and that plugin's settings.
public struct PluginInstance: Sendable, Hashable {
    public var name: String
    public var kind: Manifest.Kind
    /// `plugin`: the plugin's id.
    public var plugin: String
    /// The whole mapping, the host's own keys included.
    public var node: YAMLNode
    /// `rate`, for channels: messages a second at the most, where that is less than the plugin's own limit.
    public var rate: Int64?
    /// `every` or `at`, for sources: when it is read; `nil`: only when asked for.
    public var schedule: Schedule?
    /// `mapping`, for sources: the absolute path of the mapping file.
    public var mapping: String?

    /// The host's keys beside the plugin's.
    static func hostKeys(_ kind: Manifest.Kind) -> [String] {
        switch kind {
        case .channel: ["plugin", "rate"]
        case .source: ["plugin", "every", "at", "mapping"]
        }
    }
}
