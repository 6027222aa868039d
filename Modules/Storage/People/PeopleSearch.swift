public import RapportCore

/// Somebody whom search found.
public struct PersonHit: Sendable, Hashable {
    public var id: PersonID
    public var publicID: String
    public var title: String
    public var company: String?
    public var email: String?
    public var lastSeen: Timestamp

    public init(id: PersonID, publicID: String, title: String, company: String?, email: String?, lastSeen: Timestamp) {
        self.id = id
        self.publicID = publicID
        self.title = title
        self.company = company
        self.email = email
        self.lastSeen = lastSeen
    }
}

/// Search over people by the beginnings of words of their names and companies and of any of their identifiers.
///
/// Every term must match. A term is looked up as a range of `words` and of each searched kind of identifiers; a term that
/// matches more people than are looked at is left to be checked on the people whom the rarer terms find. People whom whole
/// words match come first, then those heard of last, then by number: the same question has the same answer.
public struct PeopleSearch: Sendable {
    /// The most people that one term brings up.
    static let most = 2_000

    let book: IdentityRuleBook
    let region: String?

    /// - Parameter region: ISO 3166-1 alpha-2, for phone numbers typed without country code.
    public init(book: IdentityRuleBook = IdentityRuleBook(), region: String? = nil) {
        self.book = book
        self.region = region
    }

    /// - Parameter anonymous: whether people known by a device only are listed.
    /// - Returns: at most `limit` people; none for a text without a letter or digit.
    public func people(_ text: String, limit: Int = 20, anonymous: Bool = false, in db: Connection) throws -> [PersonHit] {
        let terms = Self.terms(of: text)
        guard !terms.isEmpty else { return [] }
        let rules = try book.rules(in: db)
        let kinds = try IdentifierNumbers.all(in: db).filter { rules.kind($0.key)?.searched == true }
        var candidates: Set<PersonID>?
        var widest: Set<PersonID> = []
        var unchecked: [Term] = []
        for term in terms {
            let found = try lookUp(term, kinds, in: db)
            if found.count >= Self.most {
                unchecked.append(term)
                if widest.isEmpty { widest = found }
            } else {
                candidates = candidates.map { $0.intersection(found) } ?? found
            }
        }
        let chosen = Array((candidates ?? widest).sorted().prefix(Self.most))
        guard !chosen.isEmpty else { return [] }
        return try ranked(
            chosen, terms, mustCheck: unchecked.count > (candidates == nil ? 1 : 0), limit, anonymous, kinds, in: db)
    }

    struct Term {
        /// The beginnings of folded words, all of them to be found (`müller-lüdenscheidt` is two).
        var words: [String]
        /// The beginnings of identifiers, one of them to be found.
        var identifiers: [String]
    }

    static func terms(of text: String) -> [Term] {
        text.split(whereSeparator: { $0.isWhitespace || $0 == "," || $0 == ";" }).prefix(8).compactMap { part in
            let folded = Text.folded(String(part))
            let words = Text.searchWords(folded)
            guard !words.isEmpty else { return nil }
            return Term(words: words, identifiers: folded.utf8.count > 1 ? [folded] : [])
        }
    }

    private func lookUp(_ term: Term, _ kinds: [String: Int64], in db: Connection) throws -> Set<PersonID> {
        var people: Set<PersonID>?
        for word in term.words {
            let found = try db.all(
                """
                SELECT person FROM words WHERE word >= \(word) AND word < \(word + Self.end)
                ORDER BY word, person LIMIT \(Self.most)
                """
            ) { $0.integer(0) }
            people = people.map { $0.intersection(found) } ?? Set(found)
        }
        var all = people ?? []
        for (kind, beginning) in beginnings(term, kinds) {
            all.formUnion(
                try db.all(
                    """
                    SELECT person FROM identifiers
                    WHERE kind = \(kind) AND value >= \(beginning) AND value < \(beginning + Self.end) AND person <> 0
                    ORDER BY kind, value, holder LIMIT \(Self.most)
                    """
                ) { $0.integer(0) })
        }
        return all
    }

    /// Where identifiers of each kind begin as the term does. A number typed as it is dialled at home begins with its code.
    private func beginnings(_ term: Term, _ kinds: [String: Int64]) -> [(Int64, String)] {
        kinds.sorted { $0.key < $1.key }.flatMap { kind, number in
            term.identifiers.flatMap { beginning -> [(Int64, String)] in
                guard kind == "phone" || kind == "landline" else { return [(number, beginning)] }
                let digits = beginning.filter(\.isNumber)
                guard digits.utf8.count > 2, beginning.allSatisfy({ $0.isNumber || "+-/().".contains($0) }) else { return [] }
                var found = [(number, "+" + digits)]
                if let whole = try? Identifier.normalised(kind: kind, value: beginning, region: region).value,
                    whole != "+" + digits
                {
                    found.append((number, whole))
                }
                return found
            }
        }
    }

    /// Behind every text that begins with what stands before it: the last code point.
    private static let end = "\u{10FFFF}"

    private func ranked(
        _ candidates: [PersonID], _ terms: [Term], mustCheck: Bool, _ limit: Int, _ anonymous: Bool, _ kinds: [String: Int64],
        in db: Connection
    ) throws -> [PersonHit] {
        let catalog = try FieldStore.read(in: db)
        let golden = try GoldenRow.read(candidates, catalog, in: db)
        let words = golden.mapValues { GoldenRow.words($0, catalog) }
        var identifiers: [PersonID: [(Int64, String)]] = [:]
        if mustCheck {
            try db.each("SELECT person, kind, value FROM identifiers WHERE person IN \(list: candidates)") { row in
                identifiers[row.integer(0), default: []].append((row.integer(1), row.text(2)))
            }
        }
        let searched = terms.map { ($0, beginnings($0, kinds)) }
        let matching = candidates.filter { person in
            !mustCheck
                || searched.allSatisfy { term, beginnings in
                    let words = words[person] ?? []
                    return term.words.allSatisfy { beginning in words.contains { $0.hasPrefix(beginning) } }
                        || beginnings.contains { kind, beginning in
                            identifiers[person, default: []].contains { $0.0 == kind && $0.1.hasPrefix(beginning) }
                        }
                }
        }
        let asked = Set(terms.flatMap(\.words))
        struct Rank { var id: PersonID; var whole: Int; var lastSeen: Timestamp; var publicID: String }
        let shown: SQL = anonymous ? "" : " AND anonymous = 0"
        let ranks = try db.all(
            "SELECT id, public_id, last_seen FROM people WHERE id IN \(list: matching) AND state = 0\(shown)"
        ) { row in
            let id = row.integer(0)
            return Rank(
                id: id, whole: asked.intersection(words[id] ?? []).count, lastSeen: row.timestamp(2), publicID: row.text(1))
        }.sorted { (-$0.whole, -$0.lastSeen.milliseconds, $0.id) < (-$1.whole, -$1.lastSeen.milliseconds, $1.id) }.prefix(limit)
        let fields = try People.fields(of: ranks.map(\.id), in: db)
        return try ranks.map { rank in
            let known = try People.identifiers(of: rank.id, in: db)
            let record = PersonRecord(
                id: rank.id, publicID: rank.publicID, state: .active, anonymous: false, createdAt: rank.lastSeen,
                lastSeen: rank.lastSeen, identifiers: known, fields: fields[rank.id] ?? [], merges: [], household: [])
            return PersonHit(
                id: rank.id, publicID: rank.publicID, title: record.title, company: record["company"]?.text,
                email: known.first { $0.identifier.kind == "email" }?.identifier.value, lastSeen: rank.lastSeen)
        }
    }
}
