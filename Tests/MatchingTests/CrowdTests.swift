import Testing

@testable import RapportMatching

@Suite("People of many records")
struct CrowdTests {
    @Test("a group that is too large is cut, and its parts are held together")
    func cut() async throws {
        var records = MatchRecords(columns: ["name", "town"])
        for number in 0..<900 { records.append(["ada lovelace", "town\(number % 300)"]) }
        let columns = MatchTable(records, stated: ["name": .name, "town": .name]).columns
        let key = try #require(BlockingKey.all(columns).first { $0.part == .value && columns[$0.column].name == "name" })
        let order = try #require(BlockingKey.all(columns).first { $0.part == .value && columns[$0.column].name == "town" })
        let limit = BlockingLimit(count: 900)
        let rules = BlockingRule.laidOut([key], columns, count: 900, limit: limit, orders: [order])
        let pairs = try await CandidatePairs(rules: rules, comparer: PairComparer(columns), count: 900).compared { _ in }
            .flatMap { $0 }
        #expect(Set(pairs.map { [$0.first, $0.second] }).count == pairs.count)
        #expect(Double(pairs.count) <= limit.pairs(900) * 1.1)
        // Whoever lives in one town is compared, and everybody can be reached from everybody.
        var parents = Array(0..<900)
        func root(_ at: Int) -> Int { parents[at] == at ? at : root(parents[at]) }
        for pair in pairs { parents[root(Int(pair.first))] = root(Int(pair.second)) }
        #expect(Set((0..<900).map(root)).count == 1)
    }
}
