public import RapportCore
import Synchronization

/// The identity rules in force: the built-in ones with what `identifiers:` definitions say above them.
///
/// A process looks at most once a second whether they have changed, and at once after it has applied some itself.
public final class IdentityRuleBook: Sendable {
    /// Rules, and by what they can be told from others.
    struct Edition: Sendable {
        var rules: IdentityRules
        /// How many versions of definitions there are, and their sum: together they grow with every change.
        var versions: [Int64]
    }

    private struct Known {
        var edition: Edition
        var lookedAt: ContinuousClock.Instant
    }

    private let memory = Mutex<Known?>(nil)

    public init() {}

    /// Forgets what was read; called when definitions have been applied.
    func forget() { memory.withLock { $0 = nil } }

    public func rules(in db: Connection) throws -> IdentityRules { try edition(in: db).rules }

    /// What was in force when somebody looked last, for those who have no database at hand. Whoever uses it compares its
    /// versions with those of `edition(in:)` later.
    var remembered: Edition { memory.withLock { $0?.edition } ?? Edition(rules: .builtIn, versions: [0, 0]) }

    func edition(in db: Connection) throws -> Edition {
        let now = ContinuousClock.now
        let known = memory.withLock { $0 }
        if let known, now - known.lookedAt < .seconds(1) { return known.edition }
        let versions =
            try db.first(
                "SELECT COUNT(*), COALESCE(SUM(version), 0) FROM definitions WHERE kind = \(IdentifierHandler.definitionKind)"
            ) { [$0.integer(0), $0.integer(1)] } ?? []
        var rules = known?.edition.rules ?? .builtIn
        if known?.edition.versions != versions {
            let definitions = try DefinitionStore(handlers: []).current(IdentifierHandler.definitionKind, in: db)
            rules = try IdentityRules.builtIn.declaring(definitions.map { ($0.name, $0.body) })
        }
        let read = Edition(rules: rules, versions: versions)
        // What a transaction sees that may be rolled back is not remembered.
        db.afterCommit { [self] in memory.withLock { $0 = Known(edition: read, lookedAt: now) } }
        return read
    }
}
