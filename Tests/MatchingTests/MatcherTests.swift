import Foundation
import RapportTabular
import Testing

@testable import RapportMatching

@Suite("Matching a whole list")
struct MatcherTests {
    @Test("people entered twice are found, and nobody else is joined", arguments: [1, 2] as [UInt64])
    func town(seed: UInt64) async throws {
        let town = Town(seed: seed, people: 300)
        let answer = try await Matcher(town.records).answer()
        let score = town.score(answer.cluster)
        #expect(score.precision > 0.95)
        #expect(score.recall > 0.95)
    }

    @Test("the same list gives the same answer")
    func deterministic() async throws {
        let town = Town(seed: 7, people: 240)
        let one = try await Matcher(town.records)
        let two = try await Matcher(town.records)
        #expect(one.answer() == two.answer())
        #expect(one.model == two.model)
    }

    @Test("a model goes through JSON unchanged")
    func model() async throws {
        let model = try await Matcher(Town(seed: 4, people: 120).records).model
        let back = try JSONDecoder().decode(MatchModel.self, from: JSONEncoder().encode(model))
        #expect(back == model)
    }

    @Test("an explanation adds up to the pair's weight, and says so in words")
    func explanation() async throws {
        let town = Town(seed: 1, people: 300)
        let matcher = try await Matcher(town.records)
        let pairs = town.rows.indices.compactMap { first in
            town.truth.indices.first { $0 > first && town.truth[$0] == town.truth[first] }.map { (first, $0) }
        }
        for (first, second) in pairs.prefix(50) {
            let said = matcher.explanation(first, second)
            let sum = said.prior + said.parts.reduce(0) { $0 + $1.weight } + said.related
            #expect(abs(sum - said.weight) < 0.01)
            #expect(said.parts.allSatisfy { !$0.says.isEmpty })
            #expect(said.probability >= 0 && said.probability <= 1)
        }
    }

    @Test("linking two clean lists gives each record at most one partner")
    func linking() async throws {
        let town = Town(seed: 5, people: 240)
        var records = MatchRecords(columns: Town.columns)
        var seen: Set<Int> = []
        var files: [Int] = []
        for (row, person) in zip(town.rows, town.truth) {
            files.append(seen.insert(person).inserted ? 0 : 1)
            records.append(row, file: files[files.count - 1])
        }
        let answer = try await Matcher(records).answer()
        #expect(answer.isOneToOne)
        var taken: Set<[Int]> = []
        #expect(zip(answer.cluster, files).allSatisfy { taken.insert([$0, $1]).inserted })
        #expect(town.score(answer.cluster).recall > 0.9)
    }

    @Test("lists without anything to find are answered too", arguments: [0, 1, 2, 5])
    func small(count: Int) async throws {
        var records = MatchRecords(columns: ["name", "born"])
        for number in 0..<count { records.append(["name \(number)", ""]) }
        let answer = try await Matcher(records).answer()
        #expect(answer.cluster == Array(1..<count + 1))
    }

    @Test("columns that are empty, constant or full of nonsense stop nothing")
    func nonsense() async throws {
        var records = MatchRecords(columns: ["a", "b", "c", "d"])
        for number in 0..<400 {
            records.append(["", "x", String(repeating: "ü", count: number % 300), "31/02/\(number)"])
        }
        let answer = try await Matcher(records).answer()
        #expect(answer.cluster.count == 400)
    }

    private static let shared =
        ProcessInfo.processInfo.environment["RAPPORT_DATA"]
        ?? URL(filePath: #filePath).appending(path: "../../../../shared/data").standardizedFileURL.path(percentEncoded: false)

    @Test(
        "FEBRL, without labels and without the social security number",
        .enabled(if: FileManager.default.fileExists(atPath: "\(shared)/febrl"), "shared/data/febrl is absent"),
        arguments: [1])
    func febrl(number: Int) async throws {
        let table = try TabularFile.open("\(Self.shared)/febrl/dataset\(number).csv.gz")
        let columns = table.layout.header.indices.filter { !["rec_id", "soc_sec_id"].contains(table.layout.header[$0]) }
        var records = MatchRecords(columns: columns.map { table.layout.header[$0] })
        var truth: [Substring] = []
        while let rows = try table.next() {
            for row in rows {
                records.append(columns.map { row.fields[$0] })
                truth.append(row.fields[0].split(separator: "-")[1])
            }
        }
        let cluster = try await Matcher(records).answer().cluster
        func pairs(_ counts: some Collection<Int>) -> Double { counts.reduce(0) { $0 + Double($1 * ($1 - 1) / 2) } }
        func counted<Key: Hashable>(_ keys: some Sequence<Key>) -> [Int] {
            Array(Dictionary(keys.map { ($0, 1) }, uniquingKeysWith: +).values)
        }
        let both = pairs(counted(zip(cluster, truth).map { "\($0) \($1)" }))
        let f1 = 2 * both / (pairs(counted(cluster)) + pairs(counted(truth)))
        #expect(f1 >= 0.998)
    }
}
