import RapportCore
import RapportStorage

extension HealthTallies {
    /// Takes in the people after a number, up to another.
    ///
    /// - Returns: the last of them; `nil` where there was none.
    mutating func take(
        after: PersonID, upTo end: PersonID, limit: Int64, judging validity: inout HealthValidity, in db: Connection
    ) throws -> PersonID? {
        let ids = try db.all(
            """
            SELECT id FROM people WHERE id > \(after) AND id <= \(end) AND state = 0 AND anonymous = 0 ORDER BY id LIMIT \(limit)
            """
        ) { $0.integer(0) }
        guard let last = ids.last else { return nil }
        var records = HealthRecords(ids, kinds: kinds.count)
        try db.each(
            "SELECT person, profile, data FROM provenance WHERE person > \(after) AND person <= \(last) ORDER BY person, profile"
        ) { row in
            guard let who = records.place(of: row.integer(0)), let source = try source(of: row.integer(1), in: db) else { return }
            records.add(
                HealthRecords.Told(
                    who: who, source: source, profile: row.integer(1), provenance: try Provenance(packed: row.text(2))))
        }
        try readContacts(after, last, into: &records, db)
        try db.each("SELECT person, segment FROM membership WHERE person > \(after) AND person <= \(last) AND segment <> 0") {
            if let who = records.place(of: $0.integer(0)) { records.add($0.integer(1), of: who) }
        }
        records.sort()
        add(records, &validity)
        return last
    }

    /// - Returns: `nil` for a profile that is no more.
    private func source(of profile: ProfileID, in db: Connection) throws -> Int64? {
        if profile > 0, profile < sourceOf.count, sourceOf[Int(profile)] > 0 { return Int64(sourceOf[Int(profile)]) }
        return try db.integer("SELECT source FROM profiles WHERE id = \(profile)")
    }

    private func readContacts(_ after: PersonID, _ last: PersonID, into records: inout HealthRecords, _ db: Connection) throws {
        guard !kinds.isEmpty else { return }
        try db.each(
            """
            SELECT person, kind, value, first_seen, profile FROM identifiers
            WHERE person > \(after) AND person <= \(last) AND COALESCE(kind, 0) IN \(list: kinds.map(\.number))
            """
        ) { row in
            guard let place = placeOfKind[row.integer(1)], let who = records.place(of: row.integer(0)) else { return }
            let (number, value) = (place - fields.count, row.text(2))
            let kind = kinds[number]
            let isDead = !bounced.isEmpty && bounced.contains(AddressHash.of(Identifier(kind: kind.name, value: value)))
            var contact = records[who, number]
            contact.isPossible = contact.isPossible || !isDead && HealthValidity.isPossible(kind.kind, value)
            contact.isDead = contact.isDead || isDead
            contact.since = max(contact.since, row.timestamp(3))
            contact.isKnown = true
            records[who, number] = contact
            if let source = try source(of: row.integer(4), in: db) {
                records.add(HealthRecords.Claim(who: who, source: source, kind: number))
            }
        }
        try db.each("SELECT person, kind, at FROM confirmations WHERE person > \(after) AND person <= \(last)") { row in
            guard let place = placeOfKind[row.integer(1)], let who = records.place(of: row.integer(0)),
                records[who, place - fields.count].isKnown
            else { return }
            records[who, place - fields.count].since = max(records[who, place - fields.count].since, row.timestamp(2))
        }
    }
}
