public import RapportCore

extension Merger {
    /// Undoes merges that the house made for no other reason than what an import said of an anonymous visitor, and those made for
    /// likeness of people whom the import spoke of, and forgets that it made them: who is alike without the import is found again.
    /// Call it before the import's events are taken away.
    ///
    /// - Parameters:
    ///   - batch: the import.
    ///   - refs: events of it, where the door put them.
    /// - Returns: how many merges were undone.
    public func undo(merges batch: Int64, of refs: [EventRef], wall: Timestamp, in db: Connection) throws -> Int {
        let people = Set(try LocatedEvents(refs, in: db).events.values.map(\.person)).subtracting([0]).sorted()
        let made = try db.all(
            """
            SELECT id, survivor, loser, undo, actor FROM merges
            WHERE actor IN \(list: [Self.house, Self.matching]) AND undone_at IS NULL AND survivor IN \(list: people)
            ORDER BY id DESC
            """
        ) { (id: $0.integer(0), survivor: $0.integer(1), loser: $0.integer(2), undo: $0.text(3), actor: $0.text(4)) }
        var count = 0
        for merge in made {
            let adopted = (try JSONValue(parsing: merge.undo)["adopted"]?.array ?? []).compactMap(\.integer)
            let isWithoutWitness =
                try !adopted.isEmpty && isWitnessed(merge.survivor, adopted, byOthersThan: nil, in: db)
                && !isWitnessed(merge.survivor, adopted, byOthersThan: batch, in: db)
            guard merge.actor == Self.matching || isWithoutWitness else { continue }
            try unmerge(merge.id, wall: wall, in: db)
            try db.run("DELETE FROM merges WHERE id = \(merge.id)")
            let (low, high) = (min(merge.loser, merge.survivor), max(merge.loser, merge.survivor))
            try db.run("DELETE FROM reviews WHERE low = \(low) AND high = \(high)")
            count += 1
        }
        return count
    }

    /// Whom the house's own merges are written down under.
    public static var house: String { "rapport" }
    /// Whom merges for likeness are written down under.
    public static var matching: String { "rapport matching" }

    /// Whether a value is said of a profile that a merge brought and of another one of the person.
    ///
    /// - Parameter batch: what this import alone has said does not count.
    private func isWitnessed(_ person: PersonID, _ adopted: [ProfileID], byOthersThan batch: Int64?, in db: Connection) throws
        -> Bool
    {
        func counts(_ row: SQL) -> SQL {
            guard let batch else { return "" }
            return """
                 AND (\(row).batch <> \(batch) OR EXISTS (
                    SELECT 1 FROM identifier_claims AS also
                    WHERE also.kind = \(row).kind AND also.value = \(row).value AND also.profile = \(row).profile
                        AND also.batch <> \(batch)))
                """
        }
        return try db.integer(
            """
            SELECT COUNT(*) FROM identifiers AS one
            JOIN identifiers AS other ON other.kind = one.kind AND other.value = one.value
            WHERE one.profile IN \(list: adopted) AND one.holder >= 0\(counts("one"))
                AND other.person = \(person) AND other.profile NOT IN \(list: adopted) AND other.holder >= 0\(counts("other"))
            """) ?? 0 > 0
    }
}
