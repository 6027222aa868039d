import Testing

@testable import RapportAnalytics

@Suite("Baskets")
struct BasketTests {
    private let lists = [
        ["bread", "milk"], ["bread", "nappies", "beer", "eggs"], ["milk", "nappies", "beer", "cola"],
        ["bread", "milk", "nappies", "beer"], ["bread", "milk", "nappies", "cola"],
    ]

    private func share(_ text: String) throws -> DecimalShare { try #require(DecimalShare(text)) }

    @Test("every split of every set is measured as counting by hand does", arguments: ["0.2", "0.4", "0.6"])
    func brute(_ support: String) throws {
        let rules = try BasketRules(Baskets(lists), support: share(support), confidence: share("0.5"))
        var expected: [String: [Double]] = [:]
        let items = Set(lists.joined()).sorted()
        func count(_ wanted: Set<String>) -> Int { lists.count { wanted.isSubset(of: $0) } }
        for bits in 1..<(1 << items.count) {
            let set = Set(items.indices.filter { bits >> $0 & 1 == 1 }.map { items[$0] })
            guard set.count > 1, try share(support).isReached(by: count(set), of: lists.count) else { continue }
            let members = set.sorted()
            for mask in 1..<(1 << members.count) - 1 {
                let left = Set(members.indices.filter { mask >> $0 & 1 == 1 }.map { members[$0] })
                let right = set.subtracting(left)
                guard count(set) * 2 >= count(left) else { continue }
                let confidence = Double(count(set)) / Double(count(left))
                expected["\(left.sorted()) \(right.sorted())"] = [
                    Double(count(set)) / 5, confidence, confidence / (Double(count(right)) / 5),
                ]
            }
        }
        var found: [String: [Double]] = [:]
        for index in 0..<rules.count {
            let rule = rules[index]
            found["\(rule.antecedent) \(rule.consequent)"] = [rule.all.support, rule.all.confidence, rule.all.lift]
        }
        #expect(found == expected)
        #expect(!expected.isEmpty)
    }

    @Test("a rule exactly on a threshold is in, where floating point would leave it out")
    func exact() throws {
        // Three of ten is 0.3, and 0.3 / 0.5 is 0.6 only on paper: 0.3 / 0.5 == 0.6 fails for some divisions.
        let lists = (0..<10).map { $0 < 3 ? ["a", "b"] : $0 < 5 ? ["a"] : ["c"] }
        let rules = try BasketRules(Baskets(lists), support: share("0.3"), confidence: share("0.6"))
        #expect((0..<rules.count).map { rules[$0].antecedent.joined() }.sorted() == ["a", "b"])
        #expect(try BasketRules(Baskets(lists), support: share("0.3000000001"), confidence: share("0.6")).count == 0)
        #expect(try BasketRules(Baskets(lists), support: share("30%"), confidence: share("0.6000001")).count == 1)
    }

    @Test(
        "shares are read as they are written",
        arguments: [("0.01", 100, 1), ("1%", 101, 2), ("5e-3", 1_000, 5), ("1", 7, 7), (".5", 3, 2)])
    func shares(_ text: String, _ whole: Int, _ least: Int) throws {
        #expect(try share(text).leastCount(of: whole) == least)
    }

    @Test("what is no share is refused", arguments: ["", "1.1", "-0.1", "abc", "1,5", "."])
    func refused(_ text: String) { #expect(DecimalShare(text) == nil) }

    @Test("a thing twice in a basket counts once, and weekdays and weekends add up")
    func weekends() throws {
        let baskets = Baskets([["a", "a", "b"], ["a", "b"], ["a"]], isWeekend: [true, false, false])
        let rules = try BasketRules(baskets, support: share("0.1"), confidence: share("0"))
        let rule = try #require((0..<rules.count).map { rules[$0] }.first { $0.antecedent == ["a"] })
        #expect(rule.all.support == 2.0 / 3)
        #expect(rule.weekend?.confidence == 1)
        #expect(rule.weekday?.confidence == 0.5)
    }

    @Test("too many sets end with a plain problem instead of all memory")
    func limit() throws {
        let lists = (0..<4).map { _ in (0..<20).map { "thing \($0)" } }
        #expect(throws: (any Error).self) {
            try BasketRules(Baskets(lists), support: share("0.5"), confidence: share("0.5"), limit: 10_000)
        }
    }
}
