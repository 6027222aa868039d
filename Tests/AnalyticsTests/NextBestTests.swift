import Foundation
import RapportAnalytics
import RapportCore
import Testing

@Suite("Next best: what is believed of rates")
struct NextBestTests {
    private func groups(_ count: Int, seed: UInt64, upTo most: Int = 400) -> [String: ResponseCount] {
        var generator = SplitMix64(seed: seed)
        func below(_ limit: Int) -> Int { Int(generator.next() % UInt64(limit)) }
        return Dictionary(
            uniqueKeysWithValues: (0..<count).map { index in
                let messages = 1 + below(most)
                return ("g\(index)", ResponseCount(messages: messages, responses: below(1 + messages / (2 + below(8)))))
            })
    }

    @Test(
        "what is believed lies between what happened and what all have in common, the nearer to it the fewer the messages",
        arguments: [2, 3, 12, 80])
    func shrinkage(size: Int) {
        let drawn = groups(size, seed: UInt64(size))
        let contest = Contest(drawn, order: <)
        #expect(contest.candidates.count == size)
        for one in contest.candidates {
            let raw = one.count.rate ?? -1
            let (low, high) = (min(raw, contest.prior.mean), max(raw, contest.prior.mean))
            #expect(one.rate.mean >= low - 1e-12 && one.rate.mean <= high + 1e-12)
            #expect(one.interval.low >= 0 && one.interval.high <= 1 && one.interval.contains(one.rate.mean))
            #expect(0...1 ~= one.chance)
            let share = contest.prior.shrinkage(of: one.count)
            #expect(abs(share * contest.prior.mean + (1 - share) * raw - one.rate.mean) < 1e-9)
            // One response more is never believed less; one message more is shrunk less.
            let more = ResponseCount(messages: one.count.messages, responses: one.count.responses + 1)
            #expect(contest.prior.rate.after(more).mean > one.rate.mean)
            #expect(contest.prior.shrinkage(of: ResponseCount(messages: one.count.messages + 1)) < share)
        }
        #expect(abs(contest.candidates.reduce(0) { $0 + $1.chance } - 1) < 1e-9)
        #expect(zip(contest.candidates, contest.candidates.dropFirst()).allSatisfy { $0.rate.mean >= $1.rate.mean })
        #expect(contest.regret >= 0)
    }

    /// As `BetaPrior` says it is reckoned, written down once more.
    private func logPosterior(_ prior: BetaPrior, _ groups: [ResponseCount]) -> Double {
        let (a, b, total) = (prior.mean * prior.strength, (1 - prior.mean) * prior.strength, prior.strength)
        let average = Double(groups.reduce(0) { $0 + $1.messages }) / Double(groups.count)
        var out = 0.5 * log(prior.mean) + 0.5 * log(1 - prior.mean) + log(total) - 2 * log(average + total)
        for group in groups {
            let (k, n) = (Double(group.responses), Double(group.messages))
            out += Gamma.log(a + k) + Gamma.log(b + n - k) - Gamma.log(total + n) - Gamma.log(a) - Gamma.log(b) + Gamma.log(total)
        }
        return out
    }

    @Test("what groups have in common is the mode: every prior near it explains them less", arguments: 1...8)
    func mode(seed: Int) {
        let counts = groups(2 + seed * 3, seed: UInt64(seed)).map(\.value)
        let prior = BetaPrior.fit(counts)
        let best = logPosterior(prior, counts)
        let changes: [(Double, Double)] = [(0.99, 1), (1.01, 1), (1, 0.97), (1, 1.03), (0.7, 0.5), (1.3, 2), (1.02, 0.98)]
        for (mean, strength) in changes {
            let other = BetaPrior(mean: min(0.999, prior.mean * mean), strength: prior.strength * strength)
            #expect(logPosterior(other, counts) < best)
        }
        // Groups that are alike may be counted together.
        #expect(BetaPrior.fit(Dictionary(counts.map { ($0, 1) }, uniquingKeysWith: +)) == prior)
    }

    @Test("nobody answering, everybody answering, one group, one message: there is always a finite answer")
    func edges() {
        let cases: [[String: ResponseCount]] = [
            ["a": ResponseCount(messages: 1, responses: 0)], ["a": ResponseCount(messages: 1, responses: 1)],
            ["a": ResponseCount(messages: 500, responses: 0), "b": ResponseCount(messages: 3, responses: 0)],
            ["a": ResponseCount(messages: 500, responses: 500), "b": ResponseCount(messages: 3, responses: 3)],
            ["a": ResponseCount(messages: 2_000_000, responses: 40_000), "b": ResponseCount(messages: 1, responses: 1)],
        ]
        for groups in cases {
            let contest = Contest(groups, order: <)
            #expect(contest.prior.mean > 0 && contest.prior.mean < 1 && contest.prior.strength.isFinite)
            #expect(contest.candidates.allSatisfy { $0.rate.mean > 0 && $0.rate.mean < 1 && $0.chance.isFinite })
            #expect(abs(contest.candidates.reduce(0) { $0 + $1.chance } - 1) < 1e-9)
        }
        let none = Contest<String>([:], order: <)
        #expect(none.verdict == .nothing && none.candidates.isEmpty)
        #expect(Contest(["a": ResponseCount()], order: <).verdict == .nothing, "what was never tried is no choice")
        #expect(Contest(["a": ResponseCount(messages: 9, responses: 3)], order: <).verdict == .only)
    }

    /// P(B > A) for whole numbers (Miller 2015, Formulas for Bayesian A/B testing).
    private func exact(_ a: (Double, Double), _ b: (Double, Double)) -> Double {
        (0..<Int(b.0)).reduce(0.0) { sum, step in
            let i = Double(step)
            return sum
                + exp(Gamma.logBeta(a.0 + i, a.1 + b.1) - log(b.1 + i) - Gamma.logBeta(1 + i, b.1) - Gamma.logBeta(a.0, a.1))
        }
    }

    @Test("the probability of being best is the exact one of two, and the same for all that are alike")
    func chances() {
        let pairs: [((Double, Double), (Double, Double))] = [
            ((3, 40), (5, 38)), ((20, 400), (21, 300)), ((1, 1), (1, 1)), ((200, 9_800), (230, 9_770)), ((2, 3), (900, 100)),
        ]
        for (a, b) in pairs {
            let contest = Contest(
                ["a": ResponseCount(), "b": ResponseCount()], order: <,
                believed: ["a": BetaRate(a: a.0, b: a.1), "b": BetaRate(a: b.0, b: b.1)])
            let found = contest.candidates.first { $0.choice == "b" }?.chance ?? -1
            #expect(abs(found - exact(a, b)) < 1e-6, "\(a) \(b)")
        }
        for count in [2, 5, 24, 168] {
            let alike = Dictionary(uniqueKeysWithValues: (0..<count).map { ($0, ResponseCount(messages: 30, responses: 3)) })
            let contest = Contest(alike, order: <)
            #expect(contest.candidates.allSatisfy { abs($0.chance - 1 / Double(count)) < 1e-6 })
            #expect(contest.candidates.map(\.choice) == Array(0..<count), "of equals the order decides")
            if count > 2 { #expect(contest.verdict == .undecided(needed: nil)) }
        }
    }

    @Test("a clear difference is called best, a small one is not, and enough more messages of the same would tell")
    func verdicts() {
        func contest(_ factor: Int, _ a: Int, _ b: Int) -> Contest<String> {
            Contest(
                [
                    "tue": ResponseCount(messages: 100 * factor, responses: a * factor),
                    "wed": ResponseCount(messages: 100 * factor, responses: b * factor),
                ], order: <)
        }
        #expect(contest(20, 12, 6).verdict == .best)
        let open = contest(1, 8, 7)
        guard case .undecided(let needed?) = open.verdict else {
            Issue.record("\(open.verdict)")
            return
        }
        #expect(needed > 1_000)
        // With so many more of the same the first is best.
        let more = contest((needed + 100) / 100, 8, 7)
        #expect([.best, .likely].contains(more.verdict))
        #expect(more.candidates[0].choice == "tue" && more.regret < open.regret)
    }

    @Test(
        "each response counts for one message: the last before it within its look-back, of its own campaign, that did not come back"
    )
    func settling() {
        let start = Timestamp(milliseconds: 1_700_000_000_000)
        func message(_ day: Int64, _ campaign: Int64, channel: Int64 = 1) -> HouseResponses.Message {
            HouseResponses.Message(at: start + .days(day), campaign: campaign, channel: channel)
        }
        func mark(_ day: Int64, _ campaign: Int64 = 0, bounce: Bool = false) -> HouseResponses.Mark {
            HouseResponses.Mark(at: start + .days(day), campaign: campaign, isBounce: bounce)
        }
        var reckoning = HouseResponses(since: start, until: start + .days(40), within: .days(7))
        reckoning.lookBack = [2: .days(30)]
        func answered(_ messages: [HouseResponses.Message], _ marks: [HouseResponses.Mark]) -> [Bool] {
            var messages = messages
            reckoning.settle(&messages, marks)
            return messages.map(\.answered)
        }
        let three = [message(0, 1), message(2, 2), message(4, 1)]
        #expect(answered(three, [mark(5)]) == [false, false, true])
        #expect(answered(three, [mark(5), mark(6)]) == [false, false, true], "once")
        #expect(answered(three, [mark(5, 2)]) == [false, true, false], "its own campaign")
        #expect(answered(three, [mark(5, 9)]) == [false, false, false], "another campaign's")
        #expect(answered(three, [mark(12)]) == [false, false, false], "too late")
        #expect(answered(three, [mark(11)]) == [false, false, true], "the last day of the look-back")
        #expect(answered(three, [mark(-1)]) == [false, false, false], "before")
        #expect(answered([message(0, 1, channel: 2), message(2, 2)], [mark(20)]) == [true, false], "the letter's look-back")
        #expect(answered(three, [mark(5), mark(4, 1, bounce: true)]) == [false, true, false], "what came back is not answered")
        var late = [message(30, 1), message(34, 1), message(5, 1, channel: 2), message(11, 1, channel: 2)]
        reckoning.settle(&late, [])
        #expect(late.map(\.isSettled) == [true, false, true, false])
    }
}
