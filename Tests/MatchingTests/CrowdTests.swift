import RapportCore
import Testing

@testable import RapportMatching

@Suite("People of many records")
struct CrowdTests {
    /// Mentions of inventors: each many times, in several forms, with whatever else stood there.
    private static func mentions(of people: Int, each count: Int, seed: UInt64) -> (records: MatchRecords, truth: [Int]) {
        var chance = SplitMix64(seed: seed)
        func one(_ texts: [String]) -> String { texts.randomElement(using: &chance) ?? "" }
        func word(_ letters: Int) -> String {
            String(
                (0..<letters).map { index in
                    Array(index % 2 == 0 ? "bdfgklmnprstv" : "aeiou").randomElement(using: &chance) ?? "a"
                })
        }
        let towns = (0..<30).map { _ in word(7) }
        let firms = (0..<15).map { _ in "\(word(6)) \(word(5))" }
        var rows: [(fields: [String], who: Int)] = []
        for who in 0..<people {
            let (first, last) = (word(6), word(8))
            let (firm, town, field) = (one(firms), one(towns), one(["A01", "B29", "C07", "F16", "G06", "H04"]))
            let friends = (0..<6).map { _ in word(7) }
            for _ in 0..<count {
                let name = one(["\(last), \(first)", "\(last), \(first)", "\(last), \(first)", "\(last), \(first.prefix(1))."])
                let others = (0..<Int.random(in: 0...3, using: &chance)).map { _ in one(friends) }
                rows.append(
                    (
                        [
                            name, others.joined(separator: " "), Int.random(in: 0..<10, using: &chance) > 0 ? firm : "",
                            Int.random(in: 0..<10, using: &chance) > 1 ? town : "", field,
                            String(Int.random(in: 1990...2010, using: &chance)),
                        ], who
                    ))
            }
        }
        rows.shuffle(using: &chance)
        var records = MatchRecords(columns: ["name", "with", "firm", "town", "field", "year"])
        for row in rows { records.append(row.fields) }
        return (records, rows.map(\.who))
    }

    /// Pairs in a cluster, and pairs of one person, of which pairs that are both.
    private static func share(_ clusters: [Int], _ truth: [Int]) -> (precision: Double, recall: Double) {
        func pairs(_ keys: [[Int]]) -> Double {
            var counts: [[Int]: Double] = [:]
            for key in keys { counts[key, default: 0] += 1 }
            return counts.values.reduce(0) { $0 + $1 * ($1 - 1) / 2 }
        }
        let both = pairs(zip(clusters, truth).map { [$0, $1] })
        return (both / pairs(clusters.map { [$0] }), both / pairs(truth.map { [$0] }))
    }

    @Test(
        "hundreds of records of one person are found to be one, though they are too many for a group",
        arguments: [1, 2] as [UInt64])
    func crowd(seed: UInt64) async throws {
        let (records, truth) = Self.mentions(of: 12, each: 350, seed: seed)
        let answer = try await Matcher(records).answer()
        let share = Self.share(answer.cluster, truth)
        #expect(share.precision > 0.95)
        #expect(share.recall > 0.8)
    }

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
