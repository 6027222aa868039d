public import RapportCore
public import RapportMatching
public import RapportStorage

/// Finds companies that are one: compares each that is new or of which something is said, takes those for one that surely are, and puts
/// those that may be before people. Two that are one stay two records, linked: whoever says otherwise takes nothing apart.
public struct AccountDesk: Sendable {
    public struct Outcome: Sendable, Hashable {
        public var accounts = 0
        public var pairs = 0
        /// Pairs taken for one by themselves.
        public var same = 0
    }

    /// Companies that one is compared with at most: those with most keys in common.
    private static let candidates = 100

    let database: any Database
    let clock: any WallClock
    public let settings: MatchingSettings
    let models = MatchModelBook(.companies)
    private let builtIn = StandingMatcher(.builtInAccounts)
    /// What a learnt model is sure of is done by itself only where the built-in one finds it at least so likely: what is learnt without
    /// being told who is who may be taken in by firms of one group, who share a name and a house.
    private static let careful = 0.99

    public init(database: any Database, clock: any WallClock, settings: MatchingSettings) {
        self.database = database
        self.clock = clock
        self.settings = settings
    }

    /// Compares some of those that wait.
    public func pass(_ count: Int = 100) async throws -> Outcome {
        guard settings.mode != .off else { return Outcome() }
        let now = clock.now
        return try await database.write { db in try run(count, now, db) }
    }

    /// Compares all that wait.
    @discardableResult
    public func settle(slice: Int = 500) async throws -> Outcome {
        var total = Outcome()
        while true {
            try Task.checkCancellation()
            let one = try await pass(slice)
            if one.accounts == 0 { return total }
            total.accounts += one.accounts
            total.pairs += one.pairs
            total.same += one.same
        }
    }

    /// Has every company compared anew.
    public func enqueueAll() async throws { try await database.write { db in try AccountIndex.enqueueAll(in: db) } }

    /// Why two companies are taken to be one or two.
    public func explanation(_ one: HouseRecord, _ other: HouseRecord, in db: Connection) throws -> MatchExplanation {
        try models.current(in: db).matcher.explanation(MatchSubject(one, settings), MatchSubject(other, settings))
    }

    private func run(_ count: Int, _ now: Timestamp, _ db: Connection) throws -> Outcome {
        // One pass at a time: of two that come at once, the later one's finds the other.
        try db.run(
            """
            INSERT INTO settings (name, value) VALUES ('matching.accounts.turn', '1')
            ON CONFLICT (name) DO UPDATE SET value = excluded.value
            """)
        let taken = try AccountIndex.take(count, in: db)
        guard !taken.isEmpty else { return Outcome() }
        var records = Dictionary(try AccountIndex.read(taken, in: db).map { ($0.id, $0) }) { first, _ in first }
        let keys = records.mapValues { AccountKeys.keys(of: MatchSubject($0, settings)) }
        try AccountIndex.write(keys, of: taken, in: db)
        // An import that spoke of them was taken back.
        try AccountPair.forget(taken.filter { records[$0] == nil }, in: db)
        let pairs = try pairs(keys, db)
        for record in try AccountIndex.read(Set(pairs.flatMap { [$0.low, $0.high] }).subtracting(records.keys), in: db) {
            records[record.id] = record
        }
        let judged = judged(pairs, records, try models.current(in: db))
        return Outcome(accounts: taken.count, pairs: pairs.count, same: try write(judged, about: taken, records, now, db))
    }

    private func pairs(_ keys: [Int64: [Int64]], _ db: Connection) throws -> [MatchPair] {
        let behind = try AccountIndex.accounts(behind: Set(keys.values.joined()), in: db)
        var pairs: Set<MatchPair> = []
        for (account, own) in keys {
            var shared: [Int64: Int] = [:]
            for key in own { for other in behind[key] ?? [] where other != account { shared[other, default: 0] += 1 } }
            let best = shared.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(Self.candidates)
            for other in best { pairs.insert(MatchPair(account, other.key)) }
        }
        return pairs.sorted()
    }

    private struct Judged {
        var pair: MatchPair
        var score: StandingMatcher.Score
        var conflict: String
    }

    private func judged(
        _ pairs: [MatchPair], _ records: [Int64: HouseRecord], _ model: (id: Int64, matcher: StandingMatcher)
    ) -> [Judged] {
        let ids = records.keys.sorted()
        let places = Dictionary(ids.enumerated().map { ($1, $0) }) { first, _ in first }
        let subjects = ids.compactMap { records[$0].map { MatchSubject($0, settings) } }
        let known = pairs.filter { places[$0.low] != nil && places[$0.high] != nil }
        let compared = known.compactMap { pair in places[pair.low].flatMap { low in places[pair.high].map { (low, $0) } } }
        let scores = model.matcher.scores(subjects, compared)
        let sure = scores.indices.filter { model.id > 0 && scores[$0].probability >= settings.mergeAbove }
        let doubted = Set(
            zip(sure, builtIn.scores(subjects, sure.map { compared[$0] })).filter { $0.1.probability < Self.careful }.map(\.0))
        return zip(known, scores).enumerated().compactMap { index, judged in
            let (pair, score) = judged
            guard score.probability >= settings.reviewAbove, let low = places[pair.low], let high = places[pair.high] else {
                return nil
            }
            let numbers = [low, high].map { Set(subjects[$0].values["number"] ?? []) }
            let differ = !numbers[0].isEmpty && !numbers[1].isEmpty && numbers[0].isDisjoint(with: numbers[1])
            return Judged(pair: pair, score: score, conflict: differ ? "number" : doubted.contains(index) ? "model" : "")
        }
    }

    /// Writes what was found; what somebody decided stays.
    ///
    /// - Returns: how many pairs were taken for one.
    private func write(
        _ found: [Judged], about accounts: [Int64], _ records: [Int64: HouseRecord], _ now: Timestamp, _ db: Connection
    ) throws -> Int {
        var since: [MatchPair: Timestamp] = [:]
        var decided: Set<MatchPair> = []
        func note(_ row: Row) {
            let pair = MatchPair(row.integer(0), row.integer(1))
            since[pair] = row.timestamp(2)
            if !row.text(3).isEmpty { decided.insert(pair) }
        }
        try db.each("SELECT low, high, since, decided_by FROM account_pairs WHERE low IN \(list: accounts)", note)
        try db.each("SELECT low, high, since, decided_by FROM account_pairs WHERE high IN \(list: accounts)", note)
        try db.run("DELETE FROM account_pairs WHERE low IN \(list: accounts) AND decided_by = ''")
        try db.run("DELETE FROM account_pairs WHERE high IN \(list: accounts) AND decided_by = ''")
        var same = 0
        // The surest first: what they join decides what may join them.
        for judged in found.sorted(by: { ($1.score.weight, $0.pair) < ($0.score.weight, $1.pair) }) {
            let weight = Int64((judged.score.weight * 1000).rounded())
            let pair = judged.pair
            if decided.contains(pair) {
                try db.run("UPDATE account_pairs SET weight = \(weight) WHERE low = \(pair.low) AND high = \(pair.high)")
                continue
            }
            let isSure = settings.mode == .merge && judged.score.probability >= settings.mergeAbove
            let conflict = try judged.conflict.isEmpty ? self.conflict(pair, db) : judged.conflict
            let verdict: AccountPair.Verdict = isSure && conflict.isEmpty ? .same : .open
            if verdict == .same { same += 1 }
            try db.run(
                """
                INSERT INTO account_pairs (low, high, weight, verdict, conflict, since, decided_by, decided_at)
                VALUES (\(pair.low), \(pair.high), \(weight), \(verdict.rawValue), \(conflict), \(since[pair] ?? now), '', NULL)
                """)
        }
        return same
    }

    /// Why two are not taken for one by themselves: they, or some that they are one with, are two records of one source, or somebody said
    /// that they are two.
    private func conflict(_ pair: MatchPair, _ db: Connection) throws -> String {
        let (one, other) = (try AccountPair.group(of: pair.low, in: db), try AccountPair.group(of: pair.high, in: db))
        if one.contains(pair.high) { return "" }
        func sources(_ group: Set<Int64>) throws -> Set<Int64> {
            Set(try db.all("SELECT source FROM accounts WHERE id IN \(list: group.sorted())") { $0.integer(0) })
        }
        if try !sources(one).isDisjoint(with: sources(other)) { return "source" }
        let apart = try [(one, other), (other, one)].contains { low, high in
            try db.integer(
                """
                SELECT COUNT(*) FROM account_pairs
                WHERE low IN \(list: low.sorted()) AND high IN \(list: high.sorted()) AND verdict = 'apart'
                """) ?? 0 > 0
        }
        return apart ? "apart" : ""
    }
}
