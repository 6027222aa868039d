import RapportCore

/// Search over people by the beginnings of words of their names and companies and of any of their identifiers.
///
/// Every term must match. A term is looked up as a range of `words` and of each searched kind of identifiers; a term that
/// matches more people than are looked at is left to be checked on the people whom the rarer terms find. People whom whole words
/// match come first, then those heard of last, then by number: the same question has the same answer. So where all words are
/// said whole of more people than fit, nothing else is looked up.
public struct PeopleSearch: Sendable {
    let book: IdentityRuleBook
    let region: String?
    let most: Int

    /// - Parameters:
    ///   - region: ISO 3166-1 alpha-2, for phone numbers typed without country code.
    ///   - most: the most people that one term brings up.
    public init(book: IdentityRuleBook = IdentityRuleBook(), region: String? = nil, most: Int = 1_000) {
        self.book = book
        self.region = region
        self.most = most
    }

    /// - Parameter anonymous: whether people known by a device only are listed.
    /// - Returns: at most `limit` people; none for a text without a letter or digit.
    public func people(_ text: String, limit: Int = 20, anonymous: Bool = false, in db: Connection) throws -> [PersonHit] {
        let terms = Self.terms(of: text)
        guard !terms.isEmpty else { return [] }
        // They come first in any case, so whoever else matches matters only behind them.
        let said = try saidWhole(Set(terms.flatMap(\.words)), in: db)
        if said.count >= limit {
            let first = try ranked(said, [:], limit, anonymous, in: db)
            if first.count >= limit { return try People.hits(first, in: db) }
        }
        let rules = try book.rules(in: db)
        let kinds = try IdentifierNumbers.all(in: db).filter { rules.kind($0.key)?.searched == true }
        var found: [Found] = []
        // Where a term is cut, several terms only need some people to begin with; one alone ranks more of them.
        let shown = terms.count == 1 ? several : few
        for term in terms { found.append(try lookUp(term, kinds, cutTo: shown, in: db)) }
        let listed = found.filter { !$0.isCut }
        var chosen: Set<PersonID>
        if let first = listed.first {
            chosen = listed.dropFirst().reduce(first.people) { $0.intersection($1.people) }
        } else if terms.count == 1, found[0].sure.count >= limit {
            // More than fit match for sure: who else may match is not looked at.
            chosen = found[0].sure
        } else {
            chosen = Set(said).union(found[0].people.sorted().prefix(most / 10))
        }
        let isSure = chosen.isSubset(of: found.dropFirst().reduce(found[0].sure) { $0.intersection($1.sure) })
        var whole: [PersonID: Int] = [:]
        if isSure {
            for one in found { for person in one.whole { whole[person, default: 0] += 1 } }
        } else {
            whole = try checked(chosen.sorted().prefix(most), terms, kinds, in: db)
            chosen = Set(whole.keys)
        }
        return try People.hits(ranked(chosen.sorted(), whole, limit, anonymous, in: db), in: db)
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

    /// What one term brings up.
    private struct Found {
        /// All who may match, unless it is cut; then the first of them.
        var people: Set<PersonID> = []
        /// Those of them who match.
        var sure: Set<PersonID> = []
        /// Those of whom a word is said as it was asked for, not only its beginning.
        var whole: Set<PersonID> = []
        /// Whether there may be more people than were looked at.
        var isCut = false
    }

    private func lookUp(_ term: Term, _ kinds: [String: Int64], cutTo shown: Int, in db: Connection) throws -> Found {
        var out = Found()
        var listed: Set<PersonID>?
        var first: Set<PersonID> = []
        var wide = 0
        // The longest first: it is likely to be rare, and where nobody has it the others need no look.
        for word in term.words.sorted(by: { ($1.utf8.count, $0) < ($0.utf8.count, $1) }) where listed?.isEmpty != true {
            let range: SQL = "words WHERE word >= \(word) AND word < \(word + Self.end)"
            // Counting rows costs a fraction of fetching them.
            let rows = try db.integer(
                "SELECT COUNT(*) FROM (SELECT person FROM \(range) ORDER BY word, person LIMIT \(most)) w")
            let isCut = rows ?? 0 >= most
            if isCut {
                wide += 1
                guard first.isEmpty else { continue }
            }
            var people: Set<PersonID> = []
            try db.each(
                """
                SELECT person, CASE WHEN word = \(word) THEN 1 ELSE 0 END FROM \(range)
                ORDER BY word, person LIMIT \(isCut ? shown : most)
                """
            ) { row in
                people.insert(row.integer(0))
                if row.bool(1) { out.whole.insert(row.integer(0)) }
            }
            if !isCut { listed = listed.map { $0.intersection(people) } ?? people }
            if first.isEmpty { first = people }
        }
        // Of several words the one that few have says who may match; the others are then looked for in those.
        out.people = listed ?? first
        out.isCut = listed == nil
        if wide == 0 || term.words.count == 1 { out.sure = out.people }
        // Who is brought up by a word is enough where there are more of them than are ranked.
        if wide > 0, term.words.count == 1, out.people.count >= shown { return out }
        for (kind, beginning) in beginnings(term, kinds) {
            let range: SQL =
                """
                identifiers
                WHERE kind = \(kind) AND value >= \(beginning) AND value < \(beginning + Self.end) AND person <> 0
                """
            let rows = try db.integer(
                "SELECT COUNT(*) FROM (SELECT person FROM \(range) ORDER BY kind, value, holder LIMIT \(most)) w")
            let isCut = rows ?? 0 >= most
            let found = try db.all(
                "SELECT person FROM \(range) ORDER BY kind, value, holder LIMIT \(isCut ? shown : most)"
            ) { $0.integer(0) }
            out.isCut = out.isCut || isCut
            out.people.formUnion(found)
            out.sure.formUnion(found)
        }
        return out
    }

    /// The first people of whom every word is said as it was asked for, of as many as have the rarest and are compared.
    private func saidWhole(_ words: Set<String>, in db: Connection) throws -> [PersonID] {
        var counts: [(word: String, people: Int64)] = []
        for word in words.sorted() {
            let people = try db.integer(
                "SELECT COUNT(*) FROM (SELECT person FROM words WHERE word = \(word) ORDER BY word, person LIMIT \(several)) w")
            guard let people, people > 0 else { return [] }
            counts.append((word, people))
        }
        counts.sort { ($0.people, $0.word) < ($1.people, $1.word) }
        let (wanted, size) = words.count == 1 ? (several, several) : (few, most / 2)
        var out: [PersonID] = []
        var last: PersonID = 0
        for _ in 0..<(words.count == 1 ? 1 : 10) where out.count < wanted {
            let block = try db.all(
                "SELECT person FROM words WHERE word = \(counts[0].word) AND person > \(last) ORDER BY word, person LIMIT \(size)"
            ) { $0.integer(0) }
            var people = block
            for other in counts.dropFirst() where !people.isEmpty {
                people = try those(of: people, of: other.word, isMany: counts[0].people >= several, in: db)
            }
            out += people
            guard block.count == size, let end = block.last else { break }
            last = end
        }
        return Array(out.prefix(wanted))
    }

    /// Those of `people`, who are in order, of whom a word is said whole.
    ///
    /// - Parameter isMany: whether they stand so close to each other that reading all who have the word between the first and
    ///   the last of them costs less than looking for each.
    private func those(of people: [PersonID], of word: String, isMany: Bool, in db: Connection) throws -> [PersonID] {
        guard isMany, let first = people.first, let last = people.last else {
            return try db.all(
                "SELECT person FROM words WHERE word = \(word) AND person IN \(list: people) ORDER BY word, person"
            ) { $0.integer(0) }
        }
        var out: [PersonID] = []
        var next = 0
        var rows = 0
        var reached = last
        try db.each(
            """
            SELECT person FROM words WHERE word = \(word) AND person >= \(first) AND person <= \(last)
            ORDER BY word, person LIMIT \(people.count * 4)
            """
        ) { row in
            let person = row.integer(0)
            rows += 1
            reached = person
            while next < people.count, people[next] < person { next += 1 }
            if next < people.count, people[next] == person { out.append(person) }
        }
        guard rows == people.count * 4 else { return out }
        // So many more have the word that it was given up half-way.
        return try out + those(of: people.filter { $0 > reached }, of: word, isMany: false, in: db)
    }

    /// How many of many are ranked whom several words match, and whom one.
    private var few: Int { min(most, max(most / 20, 50)) }
    private var several: Int { min(most, max(most / 4, 200)) }

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

    /// Those whom every term matches, with how many words are said of them whole.
    private func checked(
        _ candidates: ArraySlice<PersonID>, _ terms: [Term], _ kinds: [String: Int64], in db: Connection
    ) throws -> [PersonID: Int] {
        guard !candidates.isEmpty else { return [:] }
        let catalog = try FieldStore.read(in: db)
        let words = try GoldenRow.read(Array(candidates), catalog, in: db).mapValues { GoldenRow.words($0, catalog) }
        func isSaid(_ term: Term, of person: PersonID) -> Bool {
            let words = words[person] ?? []
            return term.words.allSatisfy { beginning in words.contains { $0.hasPrefix(beginning) } }
        }
        let unsure = candidates.filter { person in !terms.allSatisfy { isSaid($0, of: person) } }
        var identifiers: [PersonID: [(Int64, String)]] = [:]
        try db.each("SELECT person, kind, value FROM identifiers WHERE person IN \(list: unsure)") { row in
            identifiers[row.integer(0), default: []].append((row.integer(1), row.text(2)))
        }
        let searched = terms.map { ($0, beginnings($0, kinds)) }
        let matching = candidates.filter { person in
            searched.allSatisfy { term, beginnings in
                isSaid(term, of: person)
                    || beginnings.contains { kind, beginning in
                        identifiers[person, default: []].contains { $0.0 == kind && $0.1.hasPrefix(beginning) }
                    }
            }
        }
        let asked = Set(terms.flatMap(\.words))
        return Dictionary(uniqueKeysWithValues: matching.map { ($0, asked.intersection(words[$0] ?? []).count) })
    }

    private func ranked(
        _ people: [PersonID], _ whole: [PersonID: Int], _ limit: Int, _ anonymous: Bool, in db: Connection
    ) throws -> [PersonID] {
        let shown: SQL = anonymous ? "" : " AND anonymous = 0"
        var out: [PersonID] = []
        for (_, people) in Dictionary(grouping: people, by: { whole[$0] ?? 0 }).sorted(by: { $0.key > $1.key }) {
            guard out.count < limit else { break }
            out += try db.all(
                """
                SELECT id FROM people WHERE id IN \(list: people) AND state = 0\(shown)
                ORDER BY last_seen DESC, id LIMIT \(limit - out.count)
                """
            ) { $0.integer(0) }
        }
        return out
    }
}
