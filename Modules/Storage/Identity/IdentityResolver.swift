public import RapportCore

/// Says whose identifiers are, and makes people and profiles for those that nobody has: the rules of docs/guides/people.md.
///
/// It works on *origins*: the people as they were before anybody merged them. So what happens while two people are merged
/// goes to the profile it would have gone to otherwise, and an unmerge finds everything in its place.
public struct IdentityResolver: Sendable {
    let book: IdentityRuleBook

    public init(book: IdentityRuleBook = IdentityRuleBook()) { self.book = book }

    /// Resolves a batch in the caller's transaction, each request seeing what those before it have made.
    ///
    /// - Parameters:
    ///   - now: becomes `created_at` of new people and the time within their public ids.
    ///   - generator: draws the random part of public ids.
    /// - Returns: an answer per request; `nil` where no identifier says anything (none, or blocked values only).
    public func resolve(
        _ requests: [IdentityRequest], now: Timestamp, in db: Connection, using generator: inout some RandomNumberGenerator
    ) throws -> [Resolution?] {
        let rules = try book.rules(in: db)
        let requests = requests.map { request in
            var request = request
            request.identifiers = Self.effective(request.identifiers, rules)
            return request
        }
        guard requests.contains(where: { !$0.identifiers.isEmpty }) else { return requests.map { _ in nil } }
        let kinds = try IdentifierNumbers.numbers(for: requests.flatMap { $0.identifiers.map(\.kind) }, in: db)
        for _ in 0..<5 {
            var plan = IdentityPlan(rules: rules, kinds: kinds, now: now)
            try plan.read(for: requests, in: db)
            let answers = requests.map { plan.resolve($0, using: &generator) }
            if let numbers = try plan.write(in: db) { return answers.map { $0.map(numbers.real) } }
        }
        throw Problem("identity.contended", "other processes keep claiming the same identifiers", remedy: "Try again.")
    }

    /// Where people are now: `people` by the person each has become, with its partition. Merges are followed.
    public func current(_ people: [PersonID], in db: Connection) throws -> [PersonID: (person: PersonID, partition: Int)] {
        try People.current(people, in: db)
    }

    /// Without blocked values and repetitions, strongest first.
    private static func effective(_ identifiers: [Identifier], _ rules: IdentityRules) -> [Identifier] {
        var seen: Set<Identifier> = []
        return identifiers.filter { !rules.isBlocked($0) && seen.insert($0).inserted }.enumerated()
            .sorted { (-rules.strength($0.element), $0.offset) < (-rules.strength($1.element), $1.offset) }
            .map(\.element)
    }
}
