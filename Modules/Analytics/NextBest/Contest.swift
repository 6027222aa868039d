import Foundation

/// Which of several choices brings most responses, as far as what happened can tell.
///
/// Each choice's rate is shrunk towards what they have in common (`BetaPrior`); a choice wins by the probability that its rate is the
/// highest of those tried (`BestChance`).
public struct Contest<Choice: Hashable & Sendable>: Sendable {
    public struct Candidate: Sendable {
        public let choice: Choice
        /// What happened.
        public let count: ResponseCount
        /// What is believed of its rate.
        public let rate: BetaRate
        public let interval: LiftComparison.Interval
        /// How likely its rate is the highest, 0…1; of all candidates together 1.
        public let chance: Double
    }

    public enum Verdict: Sendable, Hashable {
        /// There was no message.
        case nothing
        /// Only one choice was ever tried.
        case only
        /// The best is best with a probability of `Contest.certain` or more.
        case best
        /// With one of `Contest.likely` or more.
        case likely
        /// Too little is known; so many more messages, by the first and by the second each, would about tell them apart. `nil`: not
        /// within any reasonable number, for they are alike as far as one sees.
        case undecided(needed: Int?)
    }

    public static var certain: Double { 0.95 }
    public static var likely: Double { 0.8 }

    /// The one that is best on average first; of equals the one with more messages.
    public let candidates: [Candidate]
    public let prior: BetaPrior
    public let total: ResponseCount
    /// Responses a thousand messages that taking the first is expected to cost against the truly best; 0 where it is that.
    public let regret: Double
    public let verdict: Verdict

    /// - Parameters:
    ///   - counts: by choice; those without messages were never tried and are left out.
    ///   - order: of equal choices the lower comes first.
    ///   - believed: what is believed of each before its own messages; without, what `counts` have in common.
    public init(
        _ counts: [Choice: ResponseCount], order: (Choice, Choice) -> Bool, believed: [Choice: BetaRate]? = nil
    ) {
        let tried = counts.filter { $0.value.messages > 0 || believed?[$0.key] != nil }.sorted { order($0.key, $1.key) }
        let prior = BetaPrior.fit(tried.map(\.value))
        let rates = tried.map { choice, count in (believed?[choice] ?? prior.rate).after(count) }
        let found = BestChance(rates)
        var candidates = tried.indices.map { index in
            Candidate(
                choice: tried[index].key, count: tried[index].value, rate: rates[index], interval: rates[index].interval(),
                chance: found.chances[index])
        }
        let rank = Dictionary(uniqueKeysWithValues: tried.enumerated().map { ($1.key, $0) })
        candidates.sort {
            ($1.rate.mean, $1.count.messages, rank[$0.choice] ?? 0) < ($0.rate.mean, $0.count.messages, rank[$1.choice] ?? 0)
        }
        self.candidates = candidates
        self.prior = prior
        total = tried.reduce(into: ResponseCount()) { $0 += $1.value }
        regret = max(0, found.highest - (candidates.first?.rate.mean ?? 0)) * 1_000
        verdict = Self.verdict(candidates)
    }

    private static func verdict(_ candidates: [Candidate]) -> Verdict {
        guard let first = candidates.first else { return .nothing }
        guard candidates.count > 1 else { return .only }
        if first.chance >= certain { return .best }
        if first.chance >= likely { return .likely }
        return .undecided(needed: needed(first, candidates[1]))
    }

    /// How many more messages by each would show that the first is better than the second with a probability of `certain`, if both go
    /// on as believed now (a normal approximation).
    static func needed(_ first: Candidate, _ second: Candidate) -> Int? {
        let difference = first.rate.mean - second.rate.mean
        guard difference > 0 else { return nil }
        let goal = difference / Distribution.normalQuantile(certain)
        func deviation(_ more: Double) -> Double {
            [first, second].map { one -> Double in
                one.rate.mean * (1 - one.rate.mean) / (one.rate.a + one.rate.b + 1 + more)
            }.reduce(0, +).squareRoot()
        }
        var (low, high) = (0.0, 1.0)
        while deviation(high) > goal {
            high *= 2
            if high > 1e8 { return nil }
        }
        while high - low > 0.5 {
            let middle = (low + high) / 2
            if deviation(middle) > goal { low = middle } else { high = middle }
        }
        return Int(high.rounded(.up))
    }
}
