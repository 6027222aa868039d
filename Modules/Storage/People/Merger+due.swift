public import RapportCore

extension Merger {
    /// Merges anonymous people who turned out to be somebody, as the door noted them. Call it after intake whose answers say
    /// `mergeDue`, and at times, for a process may have died in between.
    ///
    /// - Parameter limit: the most pairs that one transaction takes.
    /// - Returns: the merges made; fewer than `limit` pairs are left if it is shorter.
    @discardableResult
    public func mergeDue(limit: Int = 20, wall: Timestamp, in db: Connection) throws -> [Merge] {
        let pairs = try db.all(
            "SELECT low, high, reason FROM reviews WHERE verdict = 'due' ORDER BY verdict, low, high LIMIT \(limit)"
        ) { (low: $0.integer(0), high: $0.integer(1), reason: $0.text(2)) }
        var merges: [Merge] = []
        for pair in pairs {
            let now = try People.current([pair.low, pair.high], in: db)
            var verdict = "merged"
            if let low = now[pair.low]?.person, let high = now[pair.high]?.person, low != high {
                if try db.integer("SELECT COUNT(*) FROM held WHERE person IN \(list: [low, high])") != 0 { continue }
                let anonymous = try db.all(
                    "SELECT id FROM people WHERE id IN \(list: [pair.low, pair.high]) AND anonymous = 1 AND state = 0 ORDER BY id"
                ) { $0.integer(0) }
                if let loser = anonymous.last {
                    let origin = loser == pair.low ? pair.high : pair.low
                    merges.append(
                        try merge(
                            loser, into: origin, actor: Self.house, reason: pair.reason, adopting: origin, wall: wall, in: db))
                } else {
                    // Meanwhile both are known: that is for people to decide.
                    verdict = "open"
                }
            }
            try db.run("UPDATE reviews SET verdict = \(verdict) WHERE low = \(pair.low) AND high = \(pair.high)")
        }
        return merges
    }
}
