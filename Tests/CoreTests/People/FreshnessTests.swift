import RapportCore
import Testing

@Suite("Confidence by age") struct FreshnessTests {
    private let since = Timestamp(milliseconds: 1_790_000_000_000)

    @Test(
        "it is full within the budget and falls in a straight line to nothing at twice the budget",
        arguments: [
            (0, 1_000), (100 * day, 1_000), (100 * day + 1, 999), (110 * day, 900), (150 * day, 500), (150 * day + 1, 499),
            (199 * day, 10), (200 * day - 1, 0), (200 * day, 0), (900 * day, 0),
        ] as [(Int64, Int64)])
    func line(_ age: Int64, _ confidence: Int64) {
        let freshness = Freshness(since: since, budget: .days(100))
        #expect(freshness.confidence(at: since + Span(milliseconds: age)) == confidence)
        #expect(freshness.isStale(at: since + Span(milliseconds: age)) == (age > 100 * day))
    }

    @Test("the last age with a confidence is the last", arguments: [Int64(1), 7, 100, 86_400_000, 3_155_760_000_000])
    func lastAge(_ budget: Int64) {
        for wanted in stride(from: Int64(1), through: 1_000, by: 37) {
            let age = Freshness.lastAge(of: wanted, budget: budget)
            #expect(Freshness.confidence(age: age, budget: budget) >= wanted)
            #expect(Freshness.confidence(age: age + 1, budget: budget) < wanted)
        }
    }

    @Test("what has no budget does not age, and a clock that is behind makes nothing older")
    func ageless() {
        #expect(Freshness(since: since, budget: nil).confidence(at: since + .days(10_000)) == 1_000)
        #expect(Freshness(since: since, budget: .days(1)).age(at: since - .days(1)) == Span(milliseconds: 0))
    }
}
