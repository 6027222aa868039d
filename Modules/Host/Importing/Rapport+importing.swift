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
        let (fields, identity) = try await database.read { [identity] db in
            (try FieldStore.read(in: db), try identity.rules(in: db))
        }
        return Importer(
            database: database, door: importDoor, clock: clock, fields: fields, identity: identity,
            pace: { [database] in try await ImportPace.wait(database) })
    }

    /// Takes imports back.
    public var importReverter: ImportReverter {
        ImportReverter(
            database: database,
            removal: EventRemoval(
                folds: folds,
                participants: [
                    RecordRemoval(catalog: catalog), PermissionRemoval(catalog: catalog), SegmentRemoval(), DeliveryRemoval(),
                    MatchRemoval(),
                ],
                catalog: catalog, book: identity), merger: merger, clock: clock)
    }

    /// A plan for a file, or for all files of a pattern.
    ///
    /// - Parameters:
    ///   - file: a path, absolute or from the working folder; `*` stands for anything within a name.
    ///   - mapping: a mapping file; `nil` guesses from columns and first rows.
    ///   - target: what the records are, where that is guessed; `nil`: people.
    ///   - source: the name of the source on the log; `nil`: the mapping's, else the file's.
    /// - Throws: `Problem` `import.no_mapping`, or what is wrong with file or mapping.
    public func importPlan(
        of file: String, mapping: String?, target: RecordRule.Target? = nil, source: String?
    ) async throws -> ImportPlan {
        let path = Self.absolute(file)
        let name = (file as NSString).lastPathComponent
        let read: Mapping
        if let mapping {
            read = try Mapping(YAMLNode(file: mapping), house: mappingDefaults)
        } else {
            let (target, yaml) = try await guessedMapping(of: file, target: target ?? .people, source: source)
            read = try Mapping(YAMLNode(parsing: yaml, name: "the guessed mapping of \(target.rawValue)"), house: mappingDefaults)
        }
        let reader = try fileReader(path, name: name, stated: read.file)
        var plan = ImportPlan(
            name: path, reader: reader, mapping: read, source: source ?? read.source ?? Mapping.sourceName(of: name))
        plan.fingerprint = Self.fingerprint(path)
        return plan
    }

    /// A mapping for a file as YAML, guessed from columns and first rows.
    ///
    /// - Parameter target: `nil` guesses that too.
    public func guessedMapping(
        of file: String, target: RecordRule.Target?, source: String?
    ) async throws -> (target: RecordRule.Target, yaml: String) {
        let name = (file as NSString).lastPathComponent
        let first = try await FirstRecords.read(fileReader(Self.absolute(file), name: name, stated: []))
        let guess = MappingGuess(columns: first.columns, rows: first.rows, source: source ?? Mapping.sourceName(of: name))
        let target = target ?? guess.target
        return (target, try guess.yaml(target))
    }

    private static func absolute(_ file: String) -> String {
        file.hasPrefix("/") ? file : FileManager.default.currentDirectoryPath + "/" + file
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
