import RapportCore
import RapportMatching
import RapportStorage
import Synchronization

/// The model in force: the last one that was learnt, else the built-in one.
final class MatchModelBook: Sendable {
    private let memory = Mutex<(id: Int64, matcher: StandingMatcher)?>(nil)

    /// - Returns: the model's number, 0 for the built-in one.
    func current(in db: Connection) throws -> (id: Int64, matcher: StandingMatcher) {
        let last = try db.integer("SELECT MAX(id) FROM match_models") ?? 0
        if let known = memory.withLock({ $0 }), known.id == last { return known }
        guard last > 0, let body = try db.text("SELECT body FROM match_models WHERE id = \(last)") else {
            let made = (id: Int64(0), matcher: StandingMatcher(.builtIn))
            memory.withLock { $0 = made }
            return made
        }
        let read = (id: last, matcher: StandingMatcher(try StandingModel(text: body)))
        // What a transaction sees that may be rolled back is not remembered.
        db.afterCommit { [self] in memory.withLock { $0 = read } }
        return read
    }
}
