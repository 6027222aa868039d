import RapportCore
import RapportMatching
import RapportStorage

/// Says of pairs of people what they are, as the database has them: one, perhaps one, or two.
struct MatchJudge {
    struct Judged {
        var pair: MatchPair
        var score: StandingMatcher.Score
        /// Kinds of identifiers that a person has one of, and of which each of the two has another.
        var conflict: [String]
        var verdict: Review.Verdict
    }

    let matcher: StandingMatcher
    let settings: MatchingSettings
    let rules: IdentityRules

    func subject(_ facts: MatchFacts) -> MatchSubject { MatchSubject(facts, settings, rules: rules) }

    /// Those of `pairs` that are likely enough one to be looked at, or to be merged.
    func judge(_ pairs: [MatchPair], _ facts: [PersonID: MatchFacts], in db: Connection) throws -> [Judged] {
        let people = facts.keys.sorted()
        let places = Dictionary(people.enumerated().map { ($1, $0) }) { first, _ in first }
        let known = pairs.filter { places[$0.low] != nil && places[$0.high] != nil }
        let scores = matcher.scores(
            people.compactMap { facts[$0].map(subject) },
            known.compactMap { pair in places[pair.low].flatMap { low in places[pair.high].map { (low, $0) } } })
        let likely = zip(known, scores).filter { $0.1.probability >= settings.reviewAbove }
        let apart = try Review.apart(likely.map(\.0), in: db)
        return likely.filter { !apart.contains($0.0) }.map { pair, score in
            let conflict = conflict(facts[pair.low], facts[pair.high])
            let isSure = settings.mode == .merge && score.probability >= settings.mergeAbove && conflict.isEmpty
            return Judged(pair: pair, score: score, conflict: conflict, verdict: isSure ? .sure : .open)
        }
    }

    private func conflict(_ one: MatchFacts?, _ other: MatchFacts?) -> [String] {
        func singles(_ facts: MatchFacts?) -> [String: Set<String>] {
            var found: [String: Set<String>] = [:]
            for identifier in facts?.identifiers ?? [] where rules.kind(identifier.kind)?.single == true {
                found[identifier.kind, default: []].insert(identifier.value)
            }
            return found
        }
        let others = singles(other)
        return singles(one).filter { kind, values in others[kind].map { $0.isDisjoint(with: values) } ?? false }.keys.sorted()
    }
}
