import Logging
import RapportCore
import RapportEngagement
public import RapportIntegration
public import RapportPluginKit
import RapportStorage

extension Rapport {
    /// Makes the instance of a channel: settings are checked, nothing is connected yet.
    ///
    /// - Throws: `Problem` `channel.not_found`, or what is wrong with its settings.
    public func channel(_ name: String) throws -> any Channel {
        let instance = try configuration.instance(.channel, name)
        guard let channel = try make(instance) as? any Channel else { throw instance.problem(notA: "channel") }
        return channel
    }

    /// Makes the instance of a source.
    ///
    /// - Throws: `Problem` `source.not_found`, or what is wrong with its settings.
    public func source(_ name: String) throws -> any DataSource {
        let instance = try configuration.instance(.source, name)
        guard let source = try make(instance) as? any DataSource else { throw instance.problem(notA: "source") }
        return source
    }

    /// Where events go that plugins see.
    public var pluginIntake: PluginIntake {
        PluginIntake(door: door) { message, instance, db in
            // A channel names its own messages; a source may name those of any.
            let parts = instance.split(separator: ".", maxSplits: 1)
            let channel = parts.first == "channels" ? parts.last.map(String.init) : nil
            return try MessageAddressee.find(message, channel: channel, in: db).map {
                PluginIntake.Addressee(person: $0.person, properties: $0.properties)
            }
        }
    }

    /// The inbox of all instances that take callbacks. Their plugins are started with the first callback.
    ///
    /// - Parameter channels: those of this process: one instance is one plugin, whatever it is asked. Others are made.
    public func callbackInbox(_ channels: [ChannelInstance] = []) throws -> CallbackInbox {
        let made = Dictionary(channels.map { ($0.instance.label, $0.channel as any Plugin) }) { first, _ in first }
        let targets = try (configuration.channels + configuration.sources).compactMap { instance -> CallbackInbox.Target? in
            let manifest = try instance.entry(in: registry).manifest
            guard !manifest.callbacks.isEmpty else { return nil }
            let settings = try instance.settings(manifest, configuration)
            return CallbackInbox.Target(label: instance.label, plugin: try made[instance.label] ?? make(instance)) {
                settings.secret($0)
            }
        }
        return CallbackInbox(targets, database: database, intake: pluginIntake, clock: clock)
    }

    /// Makes the instance of either kind.
    public func make(_ instance: PluginInstance) throws -> any Plugin {
        let entry = try instance.entry(in: registry)
        var logger = Logger(label: "rapport.\(instance.label)")
        logger[metadataKey: "instance"] = "\(instance.label)"
        let settings = try instance.settings(entry.manifest, configuration)
        do {
            return try entry.make(
                settings,
                PluginEnvironment(
                    instance: instance.name, logger: logger, clock: clock, folder: configuration.folder,
                    state: DatabasePluginState(instance.label, in: database),
                    emit: { [database, pluginIntake, logger] in
                        for problem in try await pluginIntake.accept($0, from: instance.label, in: database) {
                            logger.warning("an event was refused: \(problem)")
                        }
                    }))
        } catch let problem as Problem where problem.place == nil {
            throw problem.at(instance.node.place)
        }
    }
}

extension Configuration {
    /// The instance with this name.
    ///
    /// - Throws: `Problem` `channel.not_found` or `source.not_found` with the nearest name.
    public func instance(_ kind: Manifest.Kind, _ name: String) throws -> PluginInstance {
        let instances = kind == .channel ? channels : sources
        if let instance = instances.first(where: { $0.name == name }) { return instance }
        let nearest = Spelling.nearest(to: name, in: instances.map(\.name))
        throw Problem(
            "\(kind.rawValue).not_found", "no \(kind.rawValue) is called \"\(name)\"",
            remedy: nearest.map { "Did you mean \"\($0)\"?" } ?? "rapport.yaml names them under \(kind.rawValue)s")
    }
}

extension PluginInstance {
    /// `channels.mail`
    public var label: String { "\(kind.rawValue)s.\(name)" }

    func entry(in registry: PluginRegistry) throws -> PluginRegistry.Entry {
        let place = (node["plugin"] ?? node).place
        do {
            let entry = try registry.entry(plugin)
            guard entry.manifest.kind == kind else {
                throw Problem("plugin.wrong_kind", "\(plugin) is a \(entry.manifest.kind.rawValue), not a \(kind.rawValue)")
            }
            return entry
        } catch let problem as Problem {
            throw problem.at(place)
        }
    }

    func settings(_ manifest: Manifest, _ configuration: Configuration) throws -> Settings {
        try manifest.settings.decode(
            node, besides: Self.hostKeys(kind), secrets: configuration.secrets, folder: configuration.folder)
    }

    func problem(notA what: String) -> Problem {
        Problem("plugin.wrong_kind", "\(plugin) says that it is a \(what), and is none", at: node.place)
    }
}
