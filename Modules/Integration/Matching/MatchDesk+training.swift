import RapportCore
public import RapportMatching
import RapportStorage

extension MatchDesk {
    /// Goes back to the model that comes with Rapport. Nobody is compared by it until a scan who has not changed.
    public func forgetModels() async throws { try await database.write { [models] db in try models.forget(in: db) } }

    /// Learns a model from the whole base by EM, without being told who is who, and brings it into force. Nobody is compared by
    /// it who has not changed, until a scan.
    ///
    /// - Throws: `Problem` `matching.too_few` where there is too little to learn from.
    public func train(
        reading: @escaping @Sendable (Int) async -> Void = { _ in }, progress: @escaping Matcher.Progress = { _, _ in }
    ) async throws -> LearntModel {
        let columns = settings.columns
        var records = MatchRecords(columns: columns.map(\.name))
        var after: PersonID = 0
        while true {
            try Task.checkCancellation()
            let subjects = try await database.read { [after] db in
                let rules = try book.rules(in: db)
                let people = try db.all(
                    "SELECT id FROM people WHERE id > \(after) AND state = 0 AND anonymous = 0 ORDER BY id LIMIT 2000"
                ) { $0.integer(0) }
                return try MatchFacts.read(people, in: db).map { MatchSubject($0, settings, rules: rules) }
            }
            guard let last = subjects.last else { break }
            after = last.id
            for subject in subjects { records.append(columns.map { subject.values[$0.name]?.first ?? "" }) }
            await reading(records.count)
        }
        guard records.count >= 500 else {
            throw Problem(
                "matching.too_few", "there are \(records.count) people, too few to learn from",
                remedy: "The built-in model serves until there are 500.")
        }
        let model = try await StandingModel(
            learningFrom: records, kinds: Dictionary(columns.map { ($0.name, $0.kind) }) { first, _ in first }, progress: progress
        )
        let now = clock.now
        let id = try await database.write { [models] db in try models.keep(model, at: now, in: db) }
        return LearntModel(id: id, model: model)
    }
}
