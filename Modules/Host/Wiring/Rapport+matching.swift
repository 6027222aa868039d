public import RapportIntegration
import RapportStorage

extension Rapport {
    /// Finds people who are one without being told.
    public var matchDesk: MatchDesk {
        MatchDesk(database: database, merger: merger, book: identity, clock: clock, settings: configuration.matching)
    }

    /// Finds companies that are one without being told.
    public var accountDesk: AccountDesk { AccountDesk(database: database, clock: clock, settings: configuration.matching) }

    /// Compares whoever waits to be, as long as they are few: a first load of a large base is what `rapport duplicates scan`, or a
    /// worker, is for.
    func compareFew(_ few: Int64 = 50_000) async throws {
        let waiting = try await database.read { db in try MatchIndex.waiting(in: db) }
        if waiting > 0, waiting <= few { try await matchDesk.settle() }
        let companies = try await database.read { db in try AccountIndex.waiting(in: db) }
        if companies > 0, companies <= few { try await accountDesk.settle() }
    }
}
