import Foundation
import Logging
public import RapportCore
public import RapportPluginKit
import RapportPluginProcess

/// Runs any Singer tap unchanged: its records, and its state as the bookmark after the records before it.
public struct SingerSource: DataSource {
    public static let manifest = Manifest(
        id: "source.singer", kind: .source, version: "1.0.0", summary: "Runs any Singer tap, unchanged.",
        settings: Spec([
            .init(
                "command", .list, required: true,
                help: "The tap and its arguments; relative paths start at the configuration's folder.",
                example: ["taps/tap-jsonl/bin/tap-jsonl"]),
            .init("config_file", .path, help: "A JSON file with the tap's configuration.", example: "taps/tap.json"),
            .init(
                "config", .values, default: [:], help: "The tap's configuration by name, over that of the file."),
            .init("secret", .secret, help: "A secret of the tap's configuration, such as a password or a token."),
            .init("secret_name", .text, default: "api_key", help: "Its name in the tap's configuration."),
            .init("streams", .list, default: [], help: "The streams to read. Without any: all that the tap finds."),
            .init(
                "catalog", .choice(["catalog", "properties", "none"]), default: "catalog",
                help: "How the tap takes its catalog: --catalog, --properties in older ones, or not at all."),
            .init("timeout", .span, default: "5m", help: "How long the tap may be silent before it is ended."),
        ]))

    private let settings: SingerSettings
    private let environment: PluginEnvironment

    public init(settings: Settings, environment: PluginEnvironment) throws {
        self.settings = try SingerSettings(settings)
        self.environment = environment
    }

    /// Asks the tap what streams it has.
    public func probe() async throws -> ProbeReport {
        try await withFolder { folder in
            let tap = try tap(folder)
            guard settings.catalog != .none else { return ProbeReport() }
            let catalog = try await tap.discover()
            return ProbeReport(findings: ["streams: \(catalog.names.joined(separator: ", "))"])
        }
    }

    public func read(after bookmark: JSONValue?, into sink: any RecordSink) async throws {
        try await withFolder { folder in
            let tap = try tap(folder)
            let catalog = settings.catalog == .none ? nil : try await tap.discover().selecting(settings.streams)
            var reader = SingerReader(streams: settings.streams)
            try await tap.run(
                catalog: catalog, as: try await catalogOption(), state: bookmark,
                found: { try await environment.state.set(Self.optionKey, .string($0.rawValue)) }
            ) { line in
                try await reader.take(line, into: sink)
            }
        }
    }

    /// Where the instance's store remembers how its tap takes a catalog.
    private static let optionKey = "catalog"

    /// How the tap takes its catalog: as the settings say, unless it turned out to be of the first years.
    private func catalogOption() async throws -> SingerSettings.CatalogOption {
        guard settings.catalog == .catalog, let known = try await environment.state.value(Self.optionKey)?.string else {
            return settings.catalog
        }
        return SingerSettings.CatalogOption(rawValue: known) ?? settings.catalog
    }

    private func tap(_ folder: String) throws -> SingerTap {
        SingerTap(
            settings: settings, scratch: folder, folder: environment.folder, logger: environment.logger,
            mask: SecretMask(settings.secrets), config: try settings.config())
    }

    /// A folder for this run, which only this user can read: the tap's configuration holds secrets.
    private func withFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "singer-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try await body(folder)
    }
}
