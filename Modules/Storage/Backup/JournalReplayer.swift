import RapportCore

/// Applies what the journal remembers to a database restored from an older backup.
public protocol JournalReplayer: Sendable {
    /// Called once, with everything that is remembered, before the first entry is applied: for what is done for all of them together.
    func prepare(_ entries: [JournalEntry], for database: any Database) async throws
    /// Applies one entry; applying it twice does what applying it once does.
    ///
    /// - Returns: whether anything changed.
    func replay(_ entry: JournalEntry, in db: Connection) throws -> Bool
}

extension JournalReplayer {
    public func prepare(_ entries: [JournalEntry], for database: any Database) async throws {}
}
