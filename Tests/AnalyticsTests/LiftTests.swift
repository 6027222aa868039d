import Foundation
import RapportCore
import Testing

@testable import RapportAnalytics

@Suite("Lift")
struct LiftTests {
    @Test(
        "the Hillstrom mailing comes out as published",
        .enabled(if: SharedData.has("hillstrom"), "needs ../shared/data/hillstrom"))
    func hillstrom() throws {
        let path = SharedData.path("hillstrom/hillstrom.csv.gz")
        let table = try DataFile.open(path).read()
        func column(_ name: String) throws -> DataColumn { try #require(table.columns.first { $0.name == name }) }
        let visits = try Experiment(treatment: column("segment"), outcome: column("visit"), path: path)
        #expect(visits.kind == .rate && visits.controlArm.name == "No E-Mail" && visits.arms.count == 3)
        let mens = try #require(visits.comparisons(level: 0.95).first { $0.arm.name == "Mens E-Mail" }?.comparison)
        #expect(abs((mens.statistic ?? 0) - 22.486) < 0.0005)
        #expect(abs((mens.interval?.low ?? 0) - 0.06995) < 5e-6 && abs((mens.interval?.high ?? 0) - 0.08323) < 5e-6)
        let spend = try Experiment(treatment: column("segment"), outcome: column("spend"), path: path)
        let amount = try #require(spend.comparisons(level: 0.95).first { $0.arm.name == "Mens E-Mail" }?.comparison)
        #expect(spend.kind == .amount && abs((amount.statistic ?? 0) - 5.300) < 0.0005)
    }

    @Test("Welch's test agrees with a worked example")
    func welch() {
        var (one, two) = (ArmOutcome(), ArmOutcome())
        // scipy.stats.ttest_ind(equal_var=False)
        for value in [27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4] { one.add(value) }
        for value in [27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 30.5, 16.6, 25.5] {
            two.add(value)
        }
        let compared = LiftComparison(.amount, treatment: one, control: two)
        #expect(abs((compared.statistic ?? 0) + 2.306_676_244_676_682) < 1e-12)
        #expect(abs((compared.degrees ?? 0) - 28.943_518_767_760_17) < 1e-11)
        #expect(abs((compared.pValue ?? 1) - 0.028_427_255_071_088_81) < 1e-14)
    }

    @Test("empty groups, groups of one and groups without spread are no reason to fail, and give no test")
    func edges() {
        for (one, two) in [((0, 0), (0, 0)), ((0, 1), (0, 1)), ((0, 100), (0, 100)), ((5, 5), (7, 7)), ((0, 0), (3, 9))] {
            let compared = LiftComparison(
                .rate, treatment: .init(successes: one.0, of: one.1), control: .init(successes: two.0, of: two.1))
            #expect(compared.statistic == nil && compared.interval == nil)
        }
        var lone = ArmOutcome()
        lone.add(3)
        #expect(LiftComparison(.amount, treatment: lone, control: lone).statistic == nil)
        let half = LiftComparison(.rate, treatment: .init(successes: 5, of: 5), control: .init(successes: 0, of: 5))
        #expect(half.statistic?.isFinite ?? true)
    }

    @Test("one who looks every day is told of a difference that is not there seldom enough")
    func peeking() {
        var (anytime, fixed) = (0, 0)
        for seed in 0..<400 {
            var numbers = SplitMix64(seed: UInt64(seed))
            var (one, two) = (ArmOutcome(), ArmOutcome())
            var (wrongAnytime, wrongFixed) = (false, false)
            for _ in 0..<50 {
                for _ in 0..<100 {
                    one.add(Double.random(in: 0..<1, using: &numbers) < 0.3 ? 1 : 0)
                    two.add(Double.random(in: 0..<1, using: &numbers) < 0.3 ? 1 : 0)
                }
                let compared = LiftComparison(.rate, treatment: one, control: two, planned: 10_000)
                if let interval = compared.anytimeInterval, !interval.contains(0) { wrongAnytime = true }
                if let interval = compared.interval, !interval.contains(0) { wrongFixed = true }
                #expect((compared.anytimePValue ?? 0) < 0.05 || compared.anytimeInterval?.contains(0) == true)
            }
            anytime += wrongAnytime ? 1 : 0
            fixed += wrongFixed ? 1 : 0
        }
        // 5 % promised; the plain interval read fifty times is wrong several times as often.
        #expect(anytime <= 28)
        #expect(fixed > 60)
    }

    @Test("a sample of the advised size finds the lift four times out of five")
    func power() throws {
        let seen = LiftComparison(.rate, treatment: .init(successes: 120, of: 1_000), control: .init(successes: 100, of: 1_000))
        let needed = try #require(seen.needed(for: 0.02))
        // Fleiss: 3,841 a group for 10 % against 12 %.
        #expect(abs(needed - 3_841) <= 2)
        var found = 0
        for seed in 0..<300 {
            var numbers = SplitMix64(seed: UInt64(seed) + 1_000)
            func draw(_ rate: Double) -> ArmOutcome {
                .init(successes: (0..<needed).count { _ in Double.random(in: 0..<1, using: &numbers) < rate }, of: needed)
            }
            if LiftComparison(.rate, treatment: draw(0.12), control: draw(0.1)).isClear { found += 1 }
        }
        #expect(found > 213 && found < 267)
    }

    @Test("outcomes are told from their words, and a control from its name")
    func words() throws {
        func experiment(_ groups: [String], _ outcomes: [String], control: String? = nil) throws -> Experiment {
            try Experiment(
                treatment: DataColumn(name: "g", rows: groups), outcome: DataColumn(name: "o", rows: outcomes), control: control,
                path: "a.csv")
        }
        let plain = try experiment(["0", "1", "1", "0", ""], ["yes", "No", "TRUE", "", "1"])
        #expect(plain.kind == .rate && plain.controlArm.name == "0" && plain.withoutArm == 1 && plain.withoutOutcome == 1)
        #expect(try experiment(["A", "B"], ["3.5", "0"], control: "b").controlArm.name == "B")
        #expect(throws: Problem.self) { try experiment(["A", "B"], ["1", "0"]) }
        #expect(throws: Problem.self) { try experiment(["control", "control"], ["1", "0"]) }
        let odd = #expect(throws: Problem.self) { try experiment(["control", "x"], ["1", "maybe"]) }
        #expect(odd?.reason.contains("maybe") == true)
        #expect(Experiment.holm([0.01, nil, 0.04, 0.03]) == [0.03, nil, 0.06, 0.06])
    }

    @Test("amounts that cannot be reckoned with, or are of several currencies, are refused")
    func unreckonable() throws {
        func code(_ amounts: [String]) throws -> String? {
            let folder = FileManager.default.temporaryDirectory.appending(path: "lift-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let file = folder.appending(path: "lift.csv")
            let rows = amounts.enumerated().map { "\($0.offset % 2 == 0 ? "control" : "a"),\($0.element)\n" }
            try Data(("arm,spent\n" + rows.joined()).utf8).write(to: file)
            let table = try DataFile.open(file.path()).read()
            do {
                _ = try Experiment(treatment: table.columns[0], outcome: table.columns[1], path: file.path())
                return nil
            } catch let problem as Problem { return problem.code }
        }
        #expect(try code(["1e300", "3e307", "2e300", "1e306", "5e299", "-1e300"]) == "lift.bad_outcome")
        #expect(try code(["5 EUR", "7 EUR", "6 USD", "5 EUR"]) == "data.several_currencies")
        #expect(try code(["5 EUR", "7 EUR", "6 EUR", "5 EUR"]) == nil)
    }
}
