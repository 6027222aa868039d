import RapportCore
public import RapportIntegration
import RapportPluginKit
import RapportStorage

/// A source of rapport.yaml with what the database knows of it.
public struct SourceStatus: Sendable {
    public let instance: PluginInstance
    /// `nil`: it was never read, and no worker has seen it yet.
    public let run: SourceRun?
}

extension Rapport {
    /// The sources of rapport.yaml, in its order.
    public func sourceStatuses() async throws -> [SourceStatus] {
        let runs = try await database.read { db in try SourceRuns.list(in: db) }
        return configuration.sources.map { instance in
            SourceStatus(instance: instance, run: runs.first { $0.instance == instance.name })
        }
    }

    /// Reads a source now, due or not.
    ///
    /// - Parameter rewinding: begins at its start. What came before is known again by its ids or its content.
    /// - Throws: `Problem` `source.not_found`, `source.running`, or what is wrong with source, mapping or records.
    public func runSource(
        _ name: String, holder: String, rewinding: Bool = false,
        progress: @escaping @Sendable (ImportProgress) async -> Void = { _ in }
    ) async throws -> ImportReport {
        let instance = try configuration.instance(.source, name)
        let reader = SourceReader(rapport: self, holder: holder)
        try await reader.enrol(instance)
        let lease = try await database.write { [span = reader.span] db -> SourceLease? in
            let lease = try SourceLease.claim(name, holder: holder, span: span, early: true, in: db)
            if lease != nil, rewinding { try SourceRuns.rewind(name, in: db) }
            return lease
        }
        guard let lease else {
            throw Problem(
                "source.running", "\(name) is being read at the moment", remedy: "`rapport sources` shows by whom, and how far")
        }
        return try await reader.run(instance, lease, progress: progress)
    }

    /// What a run of a source brings: by its mapping, or by one guessed from the first record.
    func sourcePlan(_ instance: PluginInstance, _ reader: any DataSource, _ feed: ImportFeed) async throws -> ImportPlan {
        if let path = instance.mapping {
            let mapping = try Mapping(YAMLNode(file: path), house: mappingDefaults)
            return ImportPlan(
                name: instance.label, reader: reader, mapping: mapping, source: mapping.source ?? instance.name, feed: feed)
        }
        let first = try await FirstRecords.read(reader)
        // Nothing there yet: nothing to guess from, and nothing to map.
        var guessed = Mapping(records: [])
        if !first.columns.isEmpty {
            do {
                let guess = MappingGuess(columns: first.columns, rows: first.rows, source: instance.name)
                guessed = try Mapping(YAMLNode(parsing: guess.yaml(guess.target)), house: mappingDefaults)
            } catch let problem as Problem {
                throw Problem(
                    problem.code, problem.reason, at: instance.node.place,
                    remedy: "Write a mapping and name it: mapping: maps/\(instance.name).yaml")
            }
        }
        return ImportPlan(name: instance.label, reader: reader, mapping: guessed, source: instance.name, feed: feed)
    }
}
