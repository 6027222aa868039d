import RapportCore

/// Erases again whom somebody had erased after the backup was made.
public struct ErasureReplayer: JournalReplayer {
    private let erasure: Erasure

    public init(_ erasure: Erasure = Erasure()) { self.erasure = erasure }

    /// What events of others say of all of them is looked for once.
    public func prepare(_ entries: [JournalEntry], for database: any Database) async throws {
        let ids = Set(entries.filter { $0.kind == .erasure }.compactMap { $0.person?.description }).sorted()
        let search = try await database.read { db in
            let people = try db.all("SELECT id FROM people WHERE public_id IN \(list: ids) ORDER BY id") { $0.integer(0) }
            return try MentionSearch(people.compactMap { try DataSubject.read($0, in: db) }, in: db)
        }
        _ = try await search.run(on: database)
    }

    public func replay(_ entry: JournalEntry, in db: Connection) throws -> Bool {
        guard entry.kind == .erasure, let publicID = entry.person,
            let person = try db.integer("SELECT id FROM people WHERE public_id = \(publicID.description)")
        else { return false }
        return try erasure.erase(person, in: db)
    }
}
