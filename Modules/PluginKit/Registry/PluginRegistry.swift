import RapportCore

/// The plugins that this process can make instances of: a value, handed to whoever needs it.
public struct PluginRegistry: Sendable {
    /// A plugin that can be instantiated, whether a Swift type or a program of its own.
    public struct Entry: Sendable {
        public let manifest: Manifest
        /// Where it comes from: `built in`, or the folder of its plugin.yaml.
        public let origin: String
        public let make: @Sendable (Settings, PluginEnvironment) throws -> any Plugin

        public init(
            manifest: Manifest, origin: String, make: @escaping @Sendable (Settings, PluginEnvironment) throws -> any Plugin
        ) {
            self.manifest = manifest
            self.origin = origin
            self.make = make
        }

        /// A plugin that is a Swift type linked into this process.
        public init(_ type: any Plugin.Type) {
            self.init(manifest: type.manifest, origin: "built in") { try type.init(settings: $0, environment: $1) }
        }
    }

    /// Sorted by id.
    public let entries: [Entry]

    /// - Throws: `Problem` `plugin.duplicate` if two plugins have one id: better no start than the wrong plugin.
    public init(_ entries: [Entry]) throws {
        self.entries = entries.sorted { $0.manifest.id < $1.manifest.id }
        for (first, second) in zip(self.entries, self.entries.dropFirst()) where first.manifest.id == second.manifest.id {
            throw Problem(
                "plugin.duplicate", "two plugins are called \(first.manifest.id): \(first.origin) and \(second.origin)",
                remedy: "Take one of them off the plugin path")
        }
    }

    public init(_ types: [any Plugin.Type]) throws { try self.init(types.map { Entry($0) }) }

    /// The plugin with this id.
    ///
    /// - Throws: `Problem` `plugin.not_found` with the nearest id.
    public func entry(_ id: String) throws -> Entry {
        if let entry = entries.first(where: { $0.manifest.id == id }) { return entry }
        let ids = entries.map(\.manifest.id)
        throw Problem(
            "plugin.not_found", "there is no plugin \"\(id)\"",
            remedy: Spelling.nearest(to: id, in: ids).map { "Did you mean \"\($0)\"?" }
                ?? "`rapport plugins list` shows what there is")
    }
}
