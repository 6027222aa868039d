import RapportCore
import RapportMatching
import RapportStorage

/// Compares some of those who wait with everybody who shares a key with them: one transaction.
struct MatchPass {
    /// People whom one is compared with at most: those with most keys in common.
    private static let candidates = 100

    let judge: MatchJudge
    let model: Int64
    let now: Timestamp
    let db: Connection

    /// - Returns: how many people were compared, and how many pairs.
    func run(_ count: Int) throws -> (people: Int, pairs: Int) {
        // One pass at a time: of two who come at once, the later one's finds the other.
        try db.run(
            """
            INSERT INTO settings (name, value) VALUES ('matching.turn', '1')
            ON CONFLICT (name) DO UPDATE SET value = excluded.value
            """)
        let people = try MatchIndex.take(count, in: db)
        guard !people.isEmpty else { return (0, 0) }
        var facts = byPerson(try MatchFacts.read(people, in: db))
        let keys = facts.mapValues { SubjectKeys.keys(of: judge.subject($0)) }
        try MatchIndex.write(keys, of: people, in: db)
        let pairs = try pairs(keys)
        let others = Set(pairs.flatMap { [$0.low, $0.high] }).subtracting(facts.keys).sorted()
        facts.merge(byPerson(try MatchFacts.read(others, in: db))) { own, _ in own }
        try write(try judge.judge(pairs, facts, in: db), about: people)
        return (people.count, pairs.count)
    }

    private func byPerson(_ facts: [MatchFacts]) -> [PersonID: MatchFacts] {
        Dictionary(facts.map { ($0.person, $0) }) { first, _ in first }
    }

    /// Everybody with whom one of the people shares a key.
    private func pairs(_ keys: [PersonID: [Int64]]) throws -> [MatchPair] {
        let behind = try MatchIndex.people(behind: Set(keys.values.joined()), in: db)
        var pairs: Set<MatchPair> = []
        for (person, own) in keys {
            var shared: [PersonID: Int] = [:]
            for key in own { for other in behind[key] ?? [] where other != person { shared[other, default: 0] += 1 } }
            var best = Array(shared)
            if best.count > Self.candidates {
                best = Array(best.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(Self.candidates))
            }
            for other in best { pairs.insert(MatchPair(person, other.key)) }
        }
        return pairs.sorted()
    }

    // MARK: - Writing

    /// Writes what was found, and takes back what is no longer so.
    private func write(_ found: [MatchJudge.Judged], about people: [PersonID]) throws {
        var stale: Set<MatchPair> = []
        func read(_ condition: SQL) throws {
            try db.each("SELECT low, high FROM match_pairs WHERE \(condition)") { row in
                stale.insert(MatchPair(row.integer(0), row.integer(1)))
            }
        }
        try read("low IN \(list: people)")
        try read("high IN \(list: people)")
        for pair in stale.sorted() { try db.run("DELETE FROM match_pairs WHERE low = \(pair.low) AND high = \(pair.high)") }
        stale.subtract(found.map(\.pair))
        for pair in stale.sorted() {
            try db.run(
                """
                DELETE FROM reviews
                WHERE low = \(pair.low) AND high = \(pair.high) AND reason = \(MatchDesk.reason) AND verdict IN ('open', 'sure')
                """)
        }
        let sorted = found.sorted { $0.pair < $1.pair }
        try db.insert(
            into: "match_pairs", ["low", "high", "weight", "levels", "model", "conflict"], sorted
        ) { row, judged in
            row.integer(judged.pair.low)
            row.integer(judged.pair.high)
            row.integer(Int64((judged.score.weight * 1000).rounded()))
            row.text(judged.score.levels)
            row.integer(model)
            row.text(judged.conflict.joined(separator: ", "))
        }
        try writeReviews(sorted)
    }

    private func writeReviews(_ found: [MatchJudge.Judged]) throws {
        guard !found.isEmpty else { return }
        var known: [MatchPair: String] = [:]
        try db.each(
            """
            SELECT low, high, verdict FROM reviews
            WHERE low IN \(list: found.map(\.pair.low)) AND high IN \(list: found.map(\.pair.high))
            """
        ) { known[MatchPair($0.integer(0), $0.integer(1))] = $0.text(2) }
        for judged in found where known[judged.pair] == "open" || known[judged.pair] == "sure" || known[judged.pair] == "merged" {
            try db.run(
                """
                UPDATE reviews SET verdict = \(judged.verdict.rawValue)
                WHERE low = \(judged.pair.low) AND high = \(judged.pair.high)
                """)
        }
        try db.insert(
            into: "reviews", ["low", "high", "reason", "since", "verdict"], found.filter { known[$0.pair] == nil },
            onConflict: "DO NOTHING"
        ) { row, judged in
            row.integer(judged.pair.low)
            row.integer(judged.pair.high)
            row.text(MatchDesk.reason)
            row.time(now)
            row.text(judged.verdict.rawValue)
        }
    }
}
