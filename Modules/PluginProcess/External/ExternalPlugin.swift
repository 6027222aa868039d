import Foundation
import RapportCore
public import RapportPluginKit

/// A folder with a plugin.yaml: an executable of any language, and what it says about itself.
public struct ExternalPlugin: Sendable {
    public static let fileName = "plugin.yaml"

    public let manifest: Manifest
    /// Absolute. The command starts here.
    public let folder: String
    public let command: [String]

    /// Reads FOLDER/plugin.yaml. Nothing is started.
    ///
    /// - Throws: `Problem` or `Problems` with the place.
    public init(folder: String) throws {
        let node = try YAMLNode(file: "\(folder)/\(Self.fileName)")
        manifest = try Manifest(reading: node, besides: ["command"])
        let command = try node.required("command")
        self.command = try command.texts()
        guard !self.command.isEmpty else { throw command.problem("the command is empty") }
        self.folder = folder
    }

    /// The plugins on a path: in each of its folders, that folder itself or the folders right below it that have a plugin.yaml.
    ///
    /// - Throws: `Problem` where a folder of the path does not exist or a plugin.yaml is wrong.
    public static func find(on path: [String]) throws -> [ExternalPlugin] {
        try path.flatMap { top in
            guard let names = try? FileManager.default.contentsOfDirectory(atPath: top) else {
                throw Problem("plugin.path", "the folder \(top) does not exist", at: .init(path: "plugin_path"))
            }
            let folders = [top] + names.sorted().map { "\(top)/\($0)" }
            return try folders.filter { FileManager.default.fileExists(atPath: "\($0)/\(fileName)") }.map {
                try ExternalPlugin(folder: $0)
            }
        }
    }

    /// How the registry knows it: beside the built-in ones, and no different.
    public var entry: PluginRegistry.Entry {
        PluginRegistry.Entry(manifest: manifest, origin: folder) { settings, environment in
            try make(settings, environment)
        }
    }

    /// An instance of it. Nothing is started before there is work.
    public func make(
        _ settings: Settings, _ environment: PluginEnvironment, deadlines: PluginDeadlines = PluginDeadlines(),
        policy: RestartPolicy = RestartPolicy(), listener: PluginSupervisor.Listener? = nil
    ) throws -> any Plugin {
        let supervisor = PluginSupervisor(
            ChildCommand(command, folder: folder), settings: settings, environment: environment, manifest: manifest,
            deadlines: deadlines, policy: policy, listener: listener)
        switch manifest.kind {
        case .channel: return ExternalChannel(supervisor, manifest: manifest, environment: environment)
        case .source: return ExternalSource(supervisor, manifest: manifest, environment: environment)
        }
    }
}
