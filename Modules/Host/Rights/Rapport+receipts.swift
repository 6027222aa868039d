public import RapportCore
public import RapportStorage

extension Rapport {
    /// Signs and keeps a receipt, and notes the files that were written for the person.
    ///
    /// - Parameters:
    ///   - person: by public id.
    ///   - files: with the person's own data.
    public func receipt(
        _ kind: RightsReceipt.Kind, of person: String, files: [String] = [], actor: String, because: String?,
        done: [JSONValue.Member]
    ) async throws -> RightsReceipt {
        let now = clock.now
        return try await database.write { db in
            for file in files { try HouseFile.note(.export, file, person: person, at: now, in: db) }
            return try RightsReceipt.issue(
                kind, person: person, at: now, actor: actor, because: because, done: done, in: db)
        }
    }
}
