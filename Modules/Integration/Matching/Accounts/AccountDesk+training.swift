import RapportCore
public import RapportMatching
import RapportStorage

extension AccountDesk {
    /// Goes back to the model that comes with Rapport. Nobody is compared by it until a scan who has not changed.
    public func forgetModels() async throws { try await database.write { [models] db in try models.forget(in: db) } }

    /// Learns a model from all companies by EM, without being told which are one, and brings it into force. None is compared by it
    /// that has not changed, until a scan.
    ///
    /// - Throws: `Problem` `matching.too_few` where there is too little to learn from.
    public func train(
        reading: @escaping @Sendable (Int) async -> Void = { _ in }, progress: @escaping Matcher.Progress = { _, _ in }
    ) async throws -> LearntModel {
        let columns = settings.accountColumns
        var records = MatchRecords(columns: columns.map(\.name))
        var after: Int64 = 0
        while true {
            try Task.checkCancellation()
            let (last, subjects) = try await database.read { [after, settings] db in
                let ids = try db.all("SELECT id FROM accounts WHERE id > \(after) ORDER BY id LIMIT 2000") { $0.integer(0) }
                return (ids.last, try AccountIndex.read(ids, in: db).map { MatchSubject($0, settings) })
            }
            guard let last else { break }
            after = last
            for subject in subjects { records.append(columns.map { subject.values[$0.name]?.first ?? "" }) }
            await reading(records.count)
        }
        guard records.count >= Self.least else {
            throw Problem(
                "matching.too_few", "there are \(records.count) companies, too few to learn from",
                remedy: "The built-in model serves until there are \(Self.least).")
        }
        let model = try await StandingModel(
            learningFrom: records, kinds: Dictionary(columns.map { ($0.name, $0.kind) }) { first, _ in first }, progress: progress
        )
        let now = clock.now
        let id = try await database.write { [models] db in try models.keep(model, at: now, in: db) }
        return LearntModel(id: id, model: model)
    }

    private static let least = 500
}
