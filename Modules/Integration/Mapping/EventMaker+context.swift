import RapportCore
import RapportStorage

extension EventMaker {
    /// What a record says of where people work, with whom they live, or what they are to each other: its beginning and, where it names
    /// one, its end, of each of two people their own. The same words again are the same events.
    mutating func statements(_ identifiers: [Identifier], at: Timestamp?, key: String?) throws -> [Made] {
        let (since, until) = (try moment("since"), try moment("until"))
        if let since, let until, until < since {
            throw Problem("import.bad_period", "it ends before it begins", at: .init(path: "until"))
        }
        let period = Period(since: since, until: until)
        let sayings: [Saying]
        switch rule.target {
        case .affiliations: sayings = try affiliation(identifiers, period)
        case .households: sayings = try household(identifiers, period)
        default: sayings = try relation(identifiers, period)
        }
        return sayings.map { saying in
            let event = NewEvent(
                kind: saying.kind, source: mapper.source, identifiers: saying.identifiers, occurredAt: at ?? mapper.said,
                properties: .object(saying.properties), personal: saying.personal, history: mapper.isHistory)
            let said = [
                event.properties.canonicalText, event.personal?.canonicalText ?? "", at.map { String($0.milliseconds) } ?? "",
            ]
            var keyed = event
            keyed.dedupeKey = DedupeKey.hash(
                ["import", mapper.source, saying.kind, key ?? ""] + saying.identifiers.flatMap { [$0.kind, $0.value] } + said,
                near: key ?? saying.identifiers.last?.value ?? "")
            return (keyed, keyed.dedupeKey ?? [], true)
        }
    }

    typealias Made = (event: NewEvent, content: [UInt8], keyed: Bool)

    private struct Period {
        var since: Timestamp?
        var until: Timestamp?

        var beginning: [JSONValue.Member] { since.map { [.init("since", .string($0.rfc3339))] } ?? [] }
        /// `nil` where no end is stated.
        var end: [JSONValue.Member]? { until.map { [.init("until", .string($0.rfc3339))] } }
    }

    private struct Saying {
        var kind: String
        var identifiers: [Identifier]
        var properties: [JSONValue.Member]
        var personal: JSONValue?
    }

    private func affiliation(_ identifiers: [Identifier], _ period: Period) throws -> [Saying] {
        let account: JSONValue.Member
        if let key = try text(part("account"), "account") {
            account = .init("account", .string(key))
        } else if let name = try text(part("company"), "company") {
            account = .init("account_name", .string(name))
        } else {
            throw Problem(
                "import.missing", "there is no account", at: .init(path: part("account") == nil ? "company" : "account"))
        }
        let role = try text(part("role"), "role")
        if let role { try placed("role") { try mapper.context.words.check(role: role) } }
        let place = [account] + (role.map { [.init("role", .string($0))] } ?? [])
        let title = try text(part("title"), "title")
        let isPrimary = try flag("primary")
        var sayings = [
            Saying(
                kind: AffiliationsFold.joined, identifiers: identifiers,
                properties: place + (isPrimary.map { [.init("primary", .bool($0))] } ?? []) + period.beginning,
                // A title may name somebody: it is erased with them.
                personal: title.map { ["title": .string($0)] })
        ]
        if let end = period.end {
            sayings.append(Saying(kind: AffiliationsFold.left, identifiers: identifiers, properties: place + end))
        }
        return sayings
    }

    private func household(_ identifiers: [Identifier], _ period: Period) throws -> [Saying] {
        let name = JSONValue.Member("household", .string(try required("household")))
        return [Saying(kind: HouseholdsFold.joined, identifiers: identifiers, properties: [name] + period.beginning)]
            + (period.end.map { [Saying(kind: HouseholdsFold.left, identifiers: identifiers, properties: [name] + $0)] } ?? [])
    }

    private mutating func relation(_ identifiers: [Identifier], _ period: Period) throws -> [Saying] {
        let others = try self.identifiers(rule.others, under: "other.")
        guard Set(others).isDisjoint(with: identifiers) else {
            throw Problem("context.same_person", "they are one person", at: .init(path: "other"))
        }
        let kind = try required("relation")
        let inverse = try placed("relation") { try mapper.context.words.inverse(of: kind) }
        // Rows may tell a tie from either side: both say the same.
        func names(_ identifiers: [Identifier]) -> [String] { identifiers.map { "\($0.kind) \($0.value)" }.sorted() }
        let sides = [(kind, identifiers, others), (inverse, others, identifiers)].min { left, right in
            ([left.0] + names(left.1)).lexicographicallyPrecedes([right.0] + names(right.1))
        }
        guard let (first, one, other) = sides else { return [] }
        // It is made of who they are, and tells it to nobody who has not got the database.
        let hash = DedupeKey.hash(["tie", mapper.context.secret, mapper.source, first] + names(one) + [""] + names(other))
        let tie = hash.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        let back = try mapper.context.words.inverse(of: first)
        return [(one, 0, first), (other, 1, back)].flatMap { who, side, kind -> [Saying] in
            let end: [JSONValue.Member] = [.init("tie", .string(tie)), .init("side", .integer(Int64(side)))]
            let started = Saying(
                kind: RelationsFold.started, identifiers: who,
                properties: [.init("relation", .string(kind))] + end + period.beginning)
            return [started]
                + (period.end.map { [Saying(kind: RelationsFold.ended, identifiers: who, properties: end + $0)] } ?? [])
        }
    }

    private func moment(_ name: String) throws -> Timestamp? {
        guard let text = try text(part(name), name) else { return nil }
        guard let time = Timestamp(rfc3339: text) ?? Timestamp(rfc3339: text + "T00:00:00Z") else {
            throw Problem("import.bad_date", "\"\(text)\" is no time", at: .init(path: name))
        }
        return time
    }
}
