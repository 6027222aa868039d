import RapportCore
import RapportMatching
import RapportStorage
import Synchronization

/// The model in force: the last one that was learnt, else the built-in one.
final class MatchModelBook: Sendable {
    /// Of what the model says who is one.
    enum Subject: Sendable { case people, companies }

    private let subject: Subject
    private let memory = Mutex<(id: Int64, matcher: StandingMatcher)?>(nil)

    init(_ subject: Subject) { self.subject = subject }

    /// - Returns: the model's number, 0 for the built-in one.
    func current(in db: Connection) throws -> (id: Int64, matcher: StandingMatcher) {
        let last = try last(in: db)
        if let known = memory.withLock({ $0 }), known.id == last { return known }
        guard last > 0, let body = try body(last, in: db) else {
            let made = (id: Int64(0), matcher: StandingMatcher(subject == .people ? .builtIn : .builtInAccounts))
            memory.withLock { $0 = made }
            return made
        }
        let read = (id: last, matcher: StandingMatcher(try StandingModel(text: body)))
        // What a transaction sees that may be rolled back is not remembered.
        db.afterCommit { [self] in memory.withLock { $0 = read } }
        return read
    }

    /// Keeps a model that was learnt, and brings it into force.
    ///
    /// - Returns: its number.
    func keep(_ model: StandingModel, at now: Timestamp, in db: Connection) throws -> Int64 {
        let id = try last(in: db) + 1
        let row: [SQLValue] = [.integer(id), .time(now), .integer(Int64(model.records)), .text(try model.text)]
        switch subject {
        case .people: try db.insert(into: "match_models", ["id", "learnt_at", "people", "body"], [row])
        case .companies: try db.insert(into: "account_match_models", ["id", "learnt_at", "companies", "body"], [row])
        }
        return id
    }

    /// Forgets what was learnt: the built-in model is in force again.
    func forget(in db: Connection) throws {
        switch subject {
        case .people: try db.run("DELETE FROM match_models")
        case .companies: try db.run("DELETE FROM account_match_models")
        }
    }

    private func last(in db: Connection) throws -> Int64 {
        switch subject {
        case .people: try db.integer("SELECT MAX(id) FROM match_models") ?? 0
        case .companies: try db.integer("SELECT MAX(id) FROM account_match_models") ?? 0
        }
    }

    private func body(_ id: Int64, in db: Connection) throws -> String? {
        switch subject {
        case .people: try db.text("SELECT body FROM match_models WHERE id = \(id)")
        case .companies: try db.text("SELECT body FROM account_match_models WHERE id = \(id)")
        }
    }
}
