import Testing

@testable import RapportMatching

@Suite("Odd lists")
struct OddListTests {
    private func answer(_ columns: [String], _ rows: [[String]], files: [Int]? = nil) async throws -> Matcher.Answer {
        var records = MatchRecords(columns: columns)
        for (index, row) in rows.enumerated() { records.append(row, file: files?[index] ?? 0) }
        return try await Matcher(records).answer()
    }

    @Test("one record, two records, and columns without a value are answered", arguments: [0, 1, 2, 3])
    func few(count: Int) async throws {
        let rows = Array(repeating: ["Ann Lee", "31/02/1990", ""], count: count)
        let made = try await answer(["name", "born", "note"], rows)
        #expect(made.cluster.count == count)
        #expect(Set(made.cluster).count == min(count, 1))
        #expect(made.probability.allSatisfy { (0...1).contains($0) })
        let empty = try await answer(["name", "born"], Array(repeating: ["", ""], count: count))
        #expect(Set(empty.cluster).count == count)
    }

    @Test("where every record is the same, they are one; a serial number does not keep them apart")
    func identical() async throws {
        let made = try await answer(["name", "town", "serial"], (0..<60).map { ["Ann Lee", "Rome", "\($0 * 7 + 30_000)"] })
        #expect(Set(made.cluster).count == 1)
    }

    @Test("names of any script and of 300 letters, rows too short and too long, dates that cannot be: each record gets an answer")
    func messy() async throws {
        var numbers = SeededNumbers(seed: 9)
        let names = [
            "Ann", "Анна Каренина", "王小明", "محمد الأحمد", String(repeating: "é", count: 300), String(repeating: "x ", count: 150),
            "😀", "\u{0}",
        ]
        let dates = ["31/02/1990", "1990-13-45", "", "99/99/9999", "0", "-", "abt"]
        let rows = (0..<400).map { _ in
            let full = [
                names.randomElement(using: &numbers) ?? "", dates.randomElement(using: &numbers) ?? "",
                "+\(numbers.next() % 100)", "extra",
            ]
            return Array(full.prefix(Int(numbers.next() % 5)))
        }
        let made = try await answer(["name", "born", "phone"], rows)
        #expect(made.cluster.count == 400)
        #expect(made.probability.allSatisfy { (0...1).contains($0) })
    }

    @Test("of a clean list and one with duplicates, no two records of the clean one are put together")
    func oneCleanList() async throws {
        let town = Town(seed: 11, people: 260)
        var seen: Set<Int> = []
        var rows: [[String]] = []
        var files: [Int] = []
        for (row, person) in zip(town.rows, town.truth) {
            let isFirst = seen.insert(person).inserted
            rows.append(row)
            files.append(isFirst ? 0 : 1)
            if !isFirst {
                rows.append(row)
                files.append(1)
            }
        }
        let made = try await answer(Town.columns, rows, files: files)
        let own = zip(made.cluster, files).filter { $0.1 == 0 }.map(\.0)
        #expect(Set(own).count == own.count)
        let other = zip(made.cluster, files).filter { $0.1 == 1 }.map(\.0)
        #expect(Set(other).count < other.count)
    }
}

@Suite("Likeness never speaks against")
struct OrderTests {
    @Test("a level that says more than the next better one shares with it; what is exchanged stands beside")
    func pooled() {
        var m = [1, 0.1, 0.2, 0.1, 0.1, 0.1, 0.1, 0.3]
        let u = [1, 0.5, 0.01, 0.2, 0.1, 0.05, 1e-6, 0.02]
        let before = m
        MatchTrainer.order(&m, by: u)
        let ratios = (1..<Level.count).filter { $0 != 6 }.map { m[$0] / u[$0] }
        #expect(zip(ratios, ratios.dropFirst()).allSatisfy { $0 <= $1 * 1.000001 })
        #expect(m[6] == before[6])
        #expect(abs(m.reduce(0, +) - before.reduce(0, +)) < 1e-9)
    }
}
