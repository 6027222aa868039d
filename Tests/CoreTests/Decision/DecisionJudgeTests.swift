import Foundation
import RapportCore
import RapportTestKit
import Testing

@Suite("The independent judge")
struct DecisionJudgeTests {
    /// RAPPORT_FULL=1 asks for 100,000 histories; RAPPORT_SEED for other ones.
    @Test("a decider written from the policy's text alone comes to the same verdict, reason, moment and permission")
    func judge() async throws {
        let environment = ProcessInfo.processInfo.environment
        let count = environment["RAPPORT_FULL"] == "1" ? 100_000 : 4_000
        var generator = SplitMix64(seed: environment["RAPPORT_SEED"].flatMap(UInt64.init) ?? 20_260_503)
        let tables = ZoneTables()
        var lines: [UInt8] = []
        var expected: [String] = []
        var seen: Set<String> = []
        for _ in 0..<count {
            let history = RandomHistory(using: &generator, tables: tables)
            history.json.write(to: &lines)
            lines.append(10)
            let decision = Decider.decide(history.input)
            expected.append(RandomHistory.line(decision))
            if case .drop(let reason) = decision.verdict { seen.insert(reason.code) }
            if case .wait(_, let reason, _) = decision.verdict { seen.insert(reason.code) }
            // What is compared must be what receipts can keep.
            let receipt = Receipt(history.input, decision)
            #expect(try receipt.replayed(under: history.input.policy) == receipt)
        }
        let answers = try await judged(lines)
        #expect(answers.count == expected.count)
        let differences = zip(zip(expected, answers), lines.split(separator: 10)).filter { $0.0.0 != $0.0.1 }
        for ((ours, theirs), line) in differences.prefix(5) {
            Issue.record("Swift: \(ours)\nJudge: \(theirs)\n\(String(decoding: line, as: UTF8.self))")
        }
        #expect(differences.isEmpty, "\(differences.count) of \(count) differ")
        #expect(seen == Set(Reason.allCases.map(\.code)), "every reason came up")
    }

    private func judged(_ lines: [UInt8]) async throws -> [String] {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Judge/decider.py").standardizedFileURL
        let result = try await Program.run("/usr/bin/env", ["python3", "-B", script.path], reading: lines)
        #expect(result.code == 0, "\(result.errors)")
        return result.output.split(separator: "\n").map(String.init)
    }
}
