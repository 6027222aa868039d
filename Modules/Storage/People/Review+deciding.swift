public import RapportCore

extension Review {
    /// What is decided of a pair, or waits to be.
    public enum Verdict: String, Sendable, Hashable {
        /// For people to decide.
        case open
        /// Somebody anonymous who turned out to be known: merged by the house as soon as it can.
        case due
        /// So likely one that the house merges them as soon as it can.
        case sure
        case merged
        /// Somebody said that they are two.
        case apart
    }

    /// Remembers that two people are two: the house never merges them, nor asks again, nor those who are merged into them later.
    ///
    /// - Throws: `Problem` `merge.same` where they are one already.
    public static func keepApart(_ one: PersonID, _ other: PersonID, wall: Timestamp, in db: Connection) throws {
        let now = try People.current([one, other], in: db)
        guard let first = now[one]?.person, let second = now[other]?.person else {
            throw Problem("merge.nobody", "there is no such person")
        }
        guard first != second else {
            throw Problem(
                "merge.same", "they are one person already", remedy: "Take them apart with `rapport duplicates unmerge`.")
        }
        let pair = MatchPair(first, second)
        try db.insert(
            into: "reviews", ["low", "high", "reason", "since", "verdict"], [pair],
            onConflict: "(low, high) DO UPDATE SET verdict = excluded.verdict"
        ) { row, pair in
            row.integer(pair.low)
            row.integer(pair.high)
            row.text("by hand")
            row.time(wall)
            row.text(Verdict.apart.rawValue)
        }
    }

    /// Which of `pairs` somebody said are two, whoever has been merged into either since.
    public static func apart(_ pairs: [MatchPair], in db: Connection) throws -> Set<MatchPair> {
        var now: [PersonID: PersonID] = [:]
        for person in pairs.flatMap({ [$0.low, $0.high] }) { now[person] = person }
        var next = now.keys.sorted()
        while !next.isEmpty {
            var found: [PersonID] = []
            try db.each("SELECT loser, survivor FROM merges WHERE survivor IN \(list: next) AND undone_at IS NULL") { row in
                guard now[row.integer(0)] == nil else { return }
                now[row.integer(0)] = now[row.integer(1)]
                found.append(row.integer(0))
            }
            next = found.sorted()
        }
        let all = now.keys.sorted()
        var apart: Set<MatchPair> = []
        guard !all.isEmpty else { return apart }
        try db.each(
            "SELECT low, high FROM reviews WHERE verdict = 'apart' AND low IN \(list: all) AND high IN \(list: all)"
        ) { row in
            if let low = now[row.integer(0)], let high = now[row.integer(1)], low != high { apart.insert(MatchPair(low, high)) }
        }
        return apart
    }
}
