import RapportCore

extension IdentityRules {
    /// Says of people anew whether they are anonymous: known by nothing but anonymous kinds.
    func updateAnonymous(_ people: [PersonID], in db: Connection) throws {
        let kinds = try IdentifierNumbers.all(in: db).filter { kind($0.key)?.anonymous == true }.values.sorted()
        for person in people {
            let total = try db.integer("SELECT COUNT(*) FROM identifiers WHERE person = \(person)") ?? 0
            let weak =
                try db.integer("SELECT COUNT(*) FROM identifiers WHERE person = \(person) AND kind IN \(list: kinds)") ?? 0
            try db.run("UPDATE people SET anonymous = \(total > 0 && weak == total) WHERE id = \(person)")
        }
    }
}
