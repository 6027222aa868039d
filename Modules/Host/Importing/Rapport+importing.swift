import Foundation
import RapportCore
import RapportEngagement
public import RapportIntegration
import RapportPluginKit
import RapportStorage
import RapportTabular

extension Rapport {
    /// Imports into this Rapport, at most 2,000 events ahead of the step. Beside a worker its transactions are short; where there
    /// is none, nobody waits for them.
    public func importer() async throws -> Importer {
        let (fields, identity, context, isAlone) = try await database.read { [identity] db in
            let alive = try db.integer("SELECT COUNT(*) FROM workers WHERE alive_until > \(db.now())") ?? 0
            return (try FieldStore.read(in: db), try identity.rules(in: db), try MappingContext.read(in: db), alive == 0)
        }
        let budget = Span(milliseconds: isAlone ? 500 : 50)
        var settings = stepper.settings
        // Where nobody waits, a slice is handled at once: search words in the order of their table, and each statement once.
        if isAlone { settings.chunk = 4_096 }
        return Importer(
            database: database, door: door, clock: clock, fields: fields, identity: identity, context: context,
            budget: budget,
            joins: isAlone && database.dialect == .sqlite ? .seconds(1) : nil,
            pace: { [database] in try await ImportPace.wait(database) },
            // Half of the time: a step that has begun a round ends it.
            follow: following(settings, budget: .milliseconds(budget.milliseconds / 2)))
    }

    /// Handles what comes in, in the transaction that brings it.
    ///
    /// - Parameters:
    ///   - budget: how long to go on reading events.
    ///   - most: how many events may wait that came before.
    func following(_ settings: Stepper.Settings, budget: Duration, most: Int? = nil) -> Door.Follow {
        let following = Stepper(folds: stepper.folds, reactors: stepper.reactors, door: door, settings: settings)
        return { [clock] fresh, db in try following.follow(fresh, wall: clock.now, budget: budget, most: most, in: db) }
    }

    /// Takes imports back.
    public var importReverter: ImportReverter {
        ImportReverter(
            database: database,
            removal: EventRemoval(
                folds: folds,
                participants: [
                    RecordRemoval(catalog: catalog), PermissionRemoval(catalog: catalog), SegmentRemoval(), DeliveryRemoval(),
                    MatchRemoval(), ContextRemoval(), LifecycleRemoval(),
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
            read = try await guess(of: file, source: source).mapping(target, house: mappingDefaults)
        }
        let reader = try fileReader(path, name: name, stated: read.file)
        var plan = ImportPlan(
            name: path, reader: reader, mapping: read, source: source ?? read.source ?? Mapping.sourceName(of: name))
        plan.fingerprint = FileContents.fingerprint(of: FilePattern.expand(path, in: "/"))
        return plan
    }

    /// A mapping proposed for a file by columns and first rows.
    ///
    /// - Throws: what keeps the file from being read.
    public func guess(of file: String, source: String?) async throws -> MappingGuess {
        let name = (file as NSString).lastPathComponent
        let first = try await FirstRecords.read(fileReader(Self.absolute(file), name: name, stated: []))
        let columns = first.columns.isEmpty ? try header(of: file) : first.columns
        let source = source ?? MappingGuess.knownSource(of: columns) ?? Mapping.sourceName(of: name)
        return MappingGuess(columns: columns, rows: first.rows, source: source)
    }

    /// The columns of a file that has no rows, or of the first of a pattern that names any; none of an empty file.
    public func header(of file: String) throws -> [String] {
        guard !Self.isLines(file) else { return [] }
        for path in FilePattern.expand(Self.absolute(file), in: "/") {
            do {
                let header = try TabularFile.open(path).layout.header
                if !header.isEmpty { return header }
            } catch let error as TabularError {
                throw Problem("csv.unreadable", error.description)
            }
        }
        return []
    }

    private static func isLines(_ name: String) -> Bool { [".jsonl", ".ndjson"].contains { name.contains($0) } }

    private static func absolute(_ file: String) -> String {
        file.hasPrefix("/") ? file : FileManager.default.currentDirectoryPath + "/" + file
    }

    /// What mappings need not say.
    var mappingDefaults: MappingDefaults {
        let house = configuration.house
        return MappingDefaults(
            region: house.country, zone: house.timeZone, currency: house.currency, brands: configuration.brands.map(\.name))
    }

    private func fileReader(_ path: String, name: String, stated: [Mapping.FileSetting]) throws -> any DataSource {
        let isLines = Self.isLines(name)
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

/// A plugin that is used once keeps nothing.
struct NoPluginState: PluginState {
    func value(_ key: String) async throws -> JSONValue? { nil }
    func set(_ key: String, _ value: JSONValue?) async throws {}
}
