public import RapportCore
public import RapportMatching
public import RapportStorage

extension MatchDesk {
    /// Why two people are taken to be one or two, by the model in force.
    ///
    /// - Returns: `nil` where one of them is merged, erased or anonymous.
    public func explanation(_ one: PersonID, _ other: PersonID, in db: Connection) throws -> MatchExplanation? {
        let rules = try book.rules(in: db)
        let facts = Dictionary(try MatchFacts.read([one, other], in: db).map { ($0.person, $0) }) { first, _ in first }
        guard let first = facts[one], let second = facts[other] else { return nil }
        return try models.current(in: db).matcher.explanation(
            MatchSubject(first, settings, rules: rules), MatchSubject(second, settings, rules: rules))
    }
}
