import RapportCore
public import RapportPluginKit
import RapportPluginProcess

extension Host {
    /// The built-in plugins and those on the configuration's plugin path, side by side.
    ///
    /// - Throws: `Problem` where an id exists twice or a plugin.yaml is wrong.
    public static func registry(_ configuration: Configuration, plugins: [any Plugin.Type]) throws -> PluginRegistry {
        try PluginRegistry(
            plugins.map { PluginRegistry.Entry($0) } + ExternalPlugin.find(on: configuration.pluginPath).map(\.entry))
    }
}
