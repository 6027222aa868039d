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
        let batch = IdentityBatch(requests.map(\.identifiers), try book.edition(in: db))
        let sayings = requests.map { IdentityPlan.Saying(source: $0.source, at: $0.at, batch: $0.batch) }
        return try resolve(batch, sayings, now: now, in: db, using: &generator)
    }

    /// As above, for a batch that has been made ready. - Parameter sayings: who says it when, for each request.
    func resolve(
        _ batch: IdentityBatch, _ sayings: [IdentityPlan.Saying], now: Timestamp, in db: Connection,
        using generator: inout some RandomNumberGenerator
    ) throws -> [Resolution?] {
        guard !batch.entries.isEmpty else { return batch.requests.map { _ in nil } }
        let numbers = try IdentifierNumbers.numbers(for: batch.kinds, in: db)
        for _ in 0..<5 {
            var plan = IdentityPlan(batch: batch, kinds: batch.kinds.map { numbers[$0] ?? 0 }, now: now)
            try plan.read(for: sayings, rules: { try book.rules(in: db) }, in: db)
            let answers = zip(batch.requests, sayings).map { plan.resolve($0, $1, using: &generator) }
            if let numbers = try plan.write(in: db) { return answers.map { $0.map(numbers.real) } }
        }
        throw Problem("identity.contended", "other processes keep claiming the same identifiers", remedy: "Try again.")
    }
}
