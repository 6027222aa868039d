import Foundation
import RapportCore
import RapportEngagement
public import RapportIntegration
import RapportPluginKit
import RapportStorage
import RapportTabular

extension Rapport {
    /// The door for imports: what they say against writing to somebody holds from the transaction that brings it.
    public var importDoor: any ImportDoor { LedgerDoor(door: door, ledger: ledger) }

    /// Imports into this Rapport, at most 2,000 events ahead of the step.
    public func importer() async throws -> Importer {
        let fields = try await database.read { db in try FieldStore.read(in: db) }
        return Importer(
            database: database, door: importDoor, clock: clock, fields: fields,
            pace: { [database] in try await ImportPace.wait(database) })
    }

    /// Takes imports back.
    public var importReverter: ImportReverter {
        ImportReverter(
            database: database,
            removal: EventRemoval(
                folds: folds, participants: [PermissionRemoval(catalog: catalog), SegmentRemoval(), DeliveryRemoval()],
                catalog: catalog), clock: clock)
    }

    /// A plan for a file, or for all files of a pattern.
    ///
    /// - Parameters:
    ///   - file: a path, absolute or from the working folder; `*` stands for anything within a name.
    ///   - mapping: a mapping file; `nil` guesses from the names of columns.
    ///   - source: the name of the source on the log; `nil`: the mapping's, else the file's.
    /// - Throws: `Problem` `import.no_mapping`, or what is wrong with file or mapping.
    public func importPlan(of file: String, mapping: String?, source: String?) async throws -> ImportPlan {
        let path = file.hasPrefix("/") ? file : FileManager.default.currentDirectoryPath + "/" + file
        let name = (file as NSString).lastPathComponent
        let stem = Mapping.sourceName(of: name)
        if let mapping {
            let mapping = try Mapping(YAMLNode(file: mapping), house: mappingDefaults)
            let reader = try fileReader(path, name: name, stated: mapping.file)
            var plan = ImportPlan(name: path, reader: reader, mapping: mapping, source: source ?? mapping.source ?? stem)
            plan.fingerprint = Self.fingerprint(path)
            return plan
        }
        let reader = try fileReader(path, name: name, stated: [])
        let columns = try await FirstRecord.columns(of: reader)
        guard let guessed = Mapping.guess(columns, source: source ?? stem, house: mappingDefaults) else {
            throw Problem(
                "import.no_mapping", "no column of \(file) is known to identify people: \(columns.joined(separator: ", "))",
                remedy: "Write a mapping and pass it with --map; docs/guides/import.md shows how")
        }
        var plan = ImportPlan(name: path, reader: reader, mapping: guessed, source: source ?? stem)
        plan.fingerprint = Self.fingerprint(path)
        return plan
    }

    /// The sizes and times of the files of a pattern.
    private static func fingerprint(_ path: String) -> String {
        FilePattern.expand(path, in: "/").map { file in
            let attributes = try? FileManager.default.attributesOfItem(atPath: file)
            let time = (attributes?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
            return "\(file) \((attributes?[.size] as? NSNumber)?.int64Value ?? 0) \(Int64(time * 1_000))"
        }.joined(separator: "\n")
    }

    /// What mappings need not say.
    var mappingDefaults: MappingDefaults {
        let house = configuration.house
        return MappingDefaults(region: house.country, zone: house.timeZone, currency: house.currency)
    }

    private func fileReader(_ path: String, name: String, stated: [Mapping.FileSetting]) throws -> any DataSource {
        let isLines = [".jsonl", ".ndjson"].contains { name.contains($0) }
        if isLines, let setting = stated.first {
            throw Problem(
                "import.not_delimited", "\(name) is JSON Lines, which has no \(setting.name)", at: setting.place,
                remedy: "Take \"file\" out of the mapping")
        }
        let entry = try registry.entry(isLines ? "source.jsonl" : "source.csv")
        let environment = PluginEnvironment(instance: name, logger: logger, clock: clock, folder: "", state: NoPluginState())
        var values: [String: JSONValue] = ["path": .string(path)]
        for setting in stated { values[setting.name] = setting.value }
        do {
            guard let reader = try entry.make(Settings(values: values), environment) as? any DataSource else {
                throw Problem("plugin.wrong_kind", "\(entry.manifest.id) is no source")
            }
            return reader
        } catch let problem as Problem {
            guard let setting = stated.first(where: { $0.name == problem.place?.path }) else { throw problem }
            throw problem.at(setting.place)
        }
    }
}

/// Takes events to the door and what they say about permission to the ledger, in one transaction.
struct LedgerDoor: ImportDoor {
    let door: Door
    let ledger: PermissionLedger

    func accept(_ events: [NewEvent], in db: Connection) throws -> [Acceptance] {
        let answers: [Acceptance] = try door.accept(events, in: db)
        try ledger.record(events, answers, in: db)
        return answers
    }

    func isRace(_ error: any Error) -> Bool { door.isRace(error) }
}

/// A plugin that is used once keeps nothing.
struct NoPluginState: PluginState {
    func value(_ key: String) async throws -> JSONValue? { nil }
    func set(_ key: String, _ value: JSONValue?) async throws {}
}
