import RapportCore

/// Erases again whom somebody had erased after the backup was made.
public struct ErasureReplayer: JournalReplayer {
    private let erasure: Erasure

    public init(_ erasure: Erasure = Erasure()) { self.erasure = erasure }

    public func replay(_ entry: JournalEntry, in db: Connection) throws -> Bool {
        guard entry.kind == .erasure, let publicID = entry.person,
            let person = try db.integer("SELECT id FROM people WHERE public_id = \(publicID.description)")
        else { return false }
        return try erasure.erase(person, in: db)
    }
}
