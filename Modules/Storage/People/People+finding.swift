public import RapportCore

extension People {
    /// The person whom a text names: a public id, `kind:value` (`email:a@x.org`, `external.crm:17`), an email address, a phone
    /// number, or any other identifier that one person alone has. Merges are followed.
    ///
    /// - Parameters:
    ///   - region: ISO 3166-1 alpha-2, for phone numbers without country code.
    ///   - book: the rules in force, where somebody keeps them: `PeopleSearch.find`.
    /// - Returns: `nil` if nobody is named so. Somebody erased is still found by public id.
    /// - Throws: `Problem` `person.ambiguous` if the text names several.
    public static func find(
        _ text: String, region: String? = nil, by book: IdentityRuleBook = IdentityRuleBook(), in db: Connection
    ) throws -> PersonID? {
        if let id = PublicID(text) {
            guard let person = try db.integer("SELECT id FROM people WHERE public_id = \(id.description)") else { return nil }
            return try current([person], in: db)[person]?.person ?? person
        }
        let kinds = try IdentifierNumbers.all(in: db)
        let rules = try book.rules(in: db)
        if let colon = text.firstIndex(of: ":"), kinds[String(text[..<colon])] != nil {
            let kind = String(text[..<colon])
            let identifier = try rules.normalised(
                kind: kind, value: String(text[text.index(after: colon)...]), region: region)
            return try owner(of: [identifier], kinds, text, in: db)
        }
        let guesses = kinds.keys.sorted().compactMap { kind in
            try? rules.normalised(kind: kind, value: text, region: region)
        }
        return try owner(of: guesses, kinds, text, in: db)
    }

    /// Who has one of the identifiers: its owner, else the one person it was said of.
    private static func owner(of identifiers: [Identifier], _ kinds: [String: Int64], _ text: String, in db: Connection) throws
        -> PersonID?
    {
        var people: Set<PersonID> = []
        for identifier in Set(identifiers) {
            guard let kind = kinds[identifier.kind] else { continue }
            let rows = try db.all(
                """
                SELECT holder, person FROM identifiers
                WHERE kind = \(kind) AND value = \(identifier.value) AND person <> 0
                ORDER BY kind, value, holder LIMIT 50
                """
            ) { ($0.integer(0), $0.integer(1)) }
            if let owner = rows.first(where: { $0.0 <= 0 }) { people.insert(owner.1) } else { people.formUnion(rows.map(\.1)) }
        }
        guard people.count <= 1 else {
            throw Problem(
                "person.ambiguous", "\(people.count) people have \"\(text)\"",
                remedy: "Name the kind (email:…, external.crm:…), or use the id from `rapport people search`.")
        }
        return people.first
    }

    /// The public ids of people; who does not exist is missing.
    public static func publicIDs(of people: [PersonID], in db: Connection) throws -> [PersonID: String] {
        guard !people.isEmpty else { return [:] }
        return try Dictionary(
            db.all("SELECT id, public_id FROM people WHERE id IN \(list: people)") { ($0.integer(0), $0.text(1)) }
        ) { first, _ in first }
    }
}

extension PeopleSearch {
    /// The one person whom a text names, by the rules that this process keeps in mind: `People.find`.
    public func find(_ text: String, in db: Connection) throws -> PersonID? {
        try People.find(text, region: region, by: book, in: db)
    }
}
