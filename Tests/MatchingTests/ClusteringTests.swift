import Testing

@testable import RapportMatching

@Suite("Clusters")
struct ClusteringTests {
    /// Four records: 0 and 1 are one, 2 and 3 are one; 1 and 2 resemble each other in what 0 and 3 contradict.
    @Test("one strong link does not chain two clusters that contradict each other")
    func chains() async throws {
        var town = Town(seed: 9, people: 300)
        let bridge = [
            ["ruth", "holmgaard", "1961-04-09", "7 lind street", "calder", "05551234"],
            ["ruth", "holmgaard", "1961-04-09", "7 lind street", "calder", ""],
            ["frank", "holmgaard", "1993-11-27", "7 lind street", "calder", ""],
            ["frank", "holmgaard", "1993-11-27", "7 lind street", "calder", "09998888"],
        ]
        town.rows += bridge
        town.truth += [-1, -1, -2, -2]
        let cluster = Array(try await Matcher(town.records).answer().cluster.suffix(4))
        #expect(cluster[0] == cluster[1])
        #expect(cluster[2] == cluster[3])
        #expect(cluster[1] != cluster[2])
    }

    @Test("every pair that shares a key is compared once, whichever rules bring it together")
    func onceEach() async throws {
        var records = MatchRecords(columns: ["name", "town"])
        for number in 0..<60 { records.append(["name\(number % 7)", "town\(number % 5)"]) }
        let columns = MatchTable(records, stated: ["name": .name, "town": .name]).columns
        let keys = BlockingKey.all(columns).filter { $0.part == .value }
        let rules = keys.flatMap {
            BlockingRule.laidOut([$0], columns, count: 60, limit: BlockingLimit(count: 60), orders: [])
        }
        let pairs = try await CandidatePairs(rules: rules, comparer: PairComparer(columns), count: 60).compared { _ in }.flatMap {
            $0
        }
        let found = Set(pairs.map { [$0.first, $0.second] })
        #expect(found.count == pairs.count)
        let expected = (0..<60).reduce(0) { sum, a in sum + (a + 1..<60).count { a % 7 == $0 % 7 || a % 5 == $0 % 5 } }
        #expect(pairs.count == expected)
    }
}
