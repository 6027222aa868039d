public import RapportCore

/// Forgets who somebody was. The log keeps its order and its events, which name a number that leads nowhere.
public enum Erasure {
    /// Erases a person and everybody merged into it: identifiers, personal values, provenance, golden values, words, timers.
    ///
    /// - Returns: whether there was somebody to erase.
    @discardableResult
    public static func erase(_ person: PersonID, in db: Connection) throws -> Bool {
        guard let now = try People.current([person], in: db)[person]?.person,
            try db.integer("SELECT state FROM people WHERE id = \(now)") == 0
        else { return false }
        let fields = try FieldStore.read(in: db)
        if let golden = try GoldenRow.read([now], fields, in: db)[now] {
            for word in GoldenRow.words(golden, fields).sorted() {
                try db.run("DELETE FROM words WHERE word = \(word) AND person = \(now)")
            }
        }
        try db.run("DELETE FROM golden WHERE person = \(now)")
        let profiles = try db.all("SELECT id FROM profiles WHERE person = \(now) ORDER BY id") { $0.integer(0) }
        try db.run("DELETE FROM provenance WHERE profile IN \(list: profiles)")
        try db.run("DELETE FROM personal_values WHERE profile IN \(list: profiles)")
        try db.run(
            """
            DELETE FROM identifier_claims
            WHERE (kind, value) IN (SELECT kind, value FROM identifiers WHERE person = \(now)) AND profile IN \(list: profiles)
            """)
        try db.run("DELETE FROM identifiers WHERE person = \(now)")
        try db.run("DELETE FROM confirmations WHERE person = \(now)")
        try db.run("DELETE FROM timers WHERE person = \(now)")
        try db.run("DELETE FROM person_accounts WHERE person = \(now)")
        try db.run("DELETE FROM order_events WHERE person = \(now)")
        for table in ["affiliations", "relations", "household_stays"] {
            try db.run("DELETE FROM \(raw: table) WHERE person = \(now)")
        }
        try MatchIndex.forget([now], in: db)
        var all: Set<PersonID> = [now]
        var next = [now]
        while !next.isEmpty {
            next = try db.all("SELECT id FROM people WHERE state = 1 AND survivor IN \(list: next) ORDER BY id") { $0.integer(0) }
                .filter { all.insert($0).inserted }
        }
        try db.run("DELETE FROM reviews WHERE low IN \(list: all.sorted()) OR high IN \(list: all.sorted())")
        try db.run("UPDATE people SET state = 2, household = NULL WHERE id = \(now)")
        return true
    }
}
