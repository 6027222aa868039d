public import RapportCore
import RapportMatching
public import RapportStorage

/// Finds people who are one without being told: compares whoever is new or has changed, merges those who are surely one, and puts
/// those who may be before people. docs/guides/duplicates.md
public struct MatchDesk: Sendable {
    /// Why a pair that this found waits for review.
    public static let reason = "likeness"

    let database: any Database
    let merger: Merger
    let book: IdentityRuleBook
    let clock: any WallClock
    public let settings: MatchingSettings
    let models = MatchModelBook(.people)

    public init(
        database: any Database, merger: Merger, book: IdentityRuleBook, clock: any WallClock, settings: MatchingSettings
    ) {
        self.database = database
        self.merger = merger
        self.book = book
        self.clock = clock
        self.settings = settings
    }

    /// What one call of `pass` did.
    public struct Outcome: Sendable, Hashable {
        public var people = 0
        public var pairs = 0
        public var merges = 0
        /// How long others kept it from writing.
        public var waited = Duration.zero
        public var isIdle: Bool { people == 0 && merges == 0 }
    }

    /// Compares some of those who wait, and merges who is surely one.
    ///
    /// - Parameter count: people compared at most; a transaction takes some 20 ms for 100.
    @discardableResult
    public func pass(_ count: Int = 100) async throws -> Outcome {
        guard settings.mode != .off else { return Outcome() }
        let now = clock.now
        var outcome = Outcome()
        let asked = ContinuousClock.now
        let compared = try await database.write { db in
            let waited = ContinuousClock.now - asked
            let (model, matcher) = try models.current(in: db)
            let judge = MatchJudge(matcher: matcher, settings: settings, rules: try book.rules(in: db))
            return (try MatchPass(judge: judge, model: model, now: now, db: db).run(count), waited)
        }
        (outcome.people, outcome.pairs) = compared.0
        outcome.waited = compared.1
        while outcome.merges < 20, try await mergeNext() { outcome.merges += 1 }
        return outcome
    }

    /// Compares everybody who waits, and whoever is merged on the way.
    ///
    /// - Parameter progress: told how many have been compared and how many wait.
    @discardableResult
    public func settle(
        slice: Int = 500, progress: @Sendable (_ done: Int, _ left: Int64) async -> Void = { _, _ in }
    ) async throws -> Outcome {
        var total = Outcome()
        while true {
            try Task.checkCancellation()
            let one = try await pass(slice)
            if one.isIdle { return total }
            total.people += one.people
            total.pairs += one.pairs
            total.merges += one.merges
            await progress(total.people, try await database.read { db in try MatchIndex.waiting(in: db) })
        }
    }

    /// Has everybody compared anew, as a first use or a new model asks for.
    public func enqueueAll() async throws {
        var after: PersonID = 0
        while true {
            let last = try await database.write { [after] db in
                let people = try db.all(
                    "SELECT id FROM people WHERE id > \(after) AND state = 0 AND anonymous = 0 ORDER BY id LIMIT 5000"
                ) { $0.integer(0) }
                try MatchIndex.enqueue(people, in: db)
                return people.last
            }
            guard let last else { return }
            after = last
        }
    }

    // MARK: - Merging

    /// Merges one pair that was found sure, if it still is.
    ///
    /// - Returns: whether there was one to look at.
    private func mergeNext() async throws -> Bool {
        let wall = clock.now
        return try await database.write { db in
            let next = try db.first(
                "SELECT low, high FROM reviews WHERE verdict = 'sure' ORDER BY verdict, low, high LIMIT 1"
            ) { MatchPair($0.integer(0), $0.integer(1)) }
            guard let pair = next else { return false }
            let verdict = try merge(pair, wall: wall, in: db)
            try db.run("UPDATE reviews SET verdict = \(verdict.rawValue) WHERE low = \(pair.low) AND high = \(pair.high)")
            return true
        }
    }

    private func merge(_ pair: MatchPair, wall: Timestamp, in db: Connection) throws -> Review.Verdict {
        let now = try People.current([pair.low, pair.high], in: db)
        guard let low = now[pair.low]?.person, let high = now[pair.high]?.person else { return .open }
        guard low != high else { return .merged }
        let facts = Dictionary(try MatchFacts.read([low, high], in: db).map { ($0.person, $0) }) { first, _ in first }
        let judge = MatchJudge(matcher: try models.current(in: db).matcher, settings: settings, rules: try book.rules(in: db))
        // Others may have been merged into either since: the two are looked at as they are now.
        guard let judged = try judge.judge([MatchPair(low, high)], facts, in: db).first, judged.verdict == .sure else {
            return .open
        }
        let held = try db.integer("SELECT COUNT(*) FROM held WHERE person IN \(list: [low, high])") ?? 0
        guard held == 0 else { return .open }
        try merger.merge(
            judged.pair.high, into: judged.pair.low, actor: Merger.matching,
            reason: "\(Self.reason): \(Self.words(judged.score.probability))", wall: wall, in: db)
        return .merged
    }

    static func probability(milliBits: Int64) -> Double { StandingMatcher.probability(bits: Double(milliBits) / 1000) }

    /// `99.98 %`, never rounded to certainty.
    public static func words(_ probability: Double) -> String {
        let hundredths = min(9_999, Int((probability * 10_000).rounded(.down)))
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest) %"
    }
}
