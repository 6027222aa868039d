import RapportCore

/// Erases again whom somebody had erased after the backup was made.
public struct ErasureReplayer: JournalReplayer {
    public init() {}

    public func replay(_ entry: JournalEntry, in db: Connection) throws -> Bool {
        guard entry.kind == .erasure, let publicID = entry.person,
            let person = try db.integer("SELECT id FROM people WHERE public_id = \(publicID.description)")
        else { return false }
        return try Erasure.erase(person, in: db)
    }
}
