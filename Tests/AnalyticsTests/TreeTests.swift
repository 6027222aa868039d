import RapportCore
import Testing

@testable import RapportAnalytics

@Suite("Trees of predictions")
struct TreeTests {
    @Test("the best cut of a number is the one that trying each cut with gaps on either side finds")
    func cuts() {
        var chance = SplitMix64(seed: 3)
        var found = 0
        for round in 0..<200 {
            let bins = Int.random(in: 2...70, using: &chance)
            var total = TreeGrower.Sums()
            let histogram = (0..<bins).map { bin -> TreeGrower.Sums in
                let rows = bin == bins - 1 && round % 3 == 0 ? 0 : Int.random(in: 0...9, using: &chance)
                let yes = Int.random(in: 0...max(rows, 0), using: &chance)
                let sums = TreeGrower.Sums(Float(rows - 2 * yes) / 2, Float(rows) / 4, Float(rows), 0)
                total += sums
                return sums
            }
            let limits = TreeGrower.Limits()
            let search = TreeSplitSearch(limits: limits, total: total, scratch: TreeSplitSearch.Scratch())
            let split = histogram.withUnsafeBufferPointer { search.number($0, 5) }
            func gain(_ left: TreeGrower.Sums) -> Float {
                let right = total - left
                guard min(left.z, right.z) >= limits.rows, min(left.y, right.y) >= limits.curvature else { return 0 }
                func part(_ sums: TreeGrower.Sums) -> Float { sums.x * sums.x / (sums.y + limits.penalty) }
                return part(left) + part(right) - part(total)
            }
            var best: Float = 0
            for cut in 0..<bins - 1 {
                let left = histogram[0...cut].reduce(TreeGrower.Sums(), +)
                best = max(best, gain(left), gain(left + histogram[bins - 1]))
            }
            if best > 1e-3 {
                found += 1
                #expect(abs((split?.gain ?? 0) - best) < 1e-3 * max(1, best))
                #expect(split.map { abs(gain($0.left) - $0.gain) < 1e-3 * max(1, best) } ?? false)
            } else {
                #expect((split?.gain ?? 0) < 2e-3)
            }
        }
        #expect(found > 50)
    }

    @Test("the first trees of a growth say what they said when there were no more")
    func prefix() {
        var chance = SplitMix64(seed: 8)
        let values = (0..<600).map { _ in Double.random(in: -2...2, using: &chance) }
        let columns = [PredictionColumn("a", .number, .numbers(values))]
        let target = values.map { Double.random(in: -1...1, using: &chance) < $0 * $0 - 1 ? Int8(1) : 0 }
        let (rows, watched) = (Array(Int32(0)..<400), Array(Int32(400)..<600))
        var growth = TreeGrowth(columns, target, rows: rows, watched: watched, isNamed: false)
        growth.grow(to: 7, isWatched: false)
        let seven = growth.seen
        growth.grow(to: 20, isWatched: false)
        #expect(growth.seen != seven && growth.margins(after: 7) == seven)
        #expect(growth.curve.losses.count == 20)
        #expect(
            TreeEnsemble.fit(columns, target, rows: rows, count: 20, isNamed: false).margins(columns, rows: watched)
                == growth.seen)
    }

    @Test("a fold's choice is made by the others, and a curve that ended stays what it was")
    func curves() {
        func curve(_ losses: [Double]) -> LossCurve {
            var out = LossCurve()
            for loss in losses { out.append(loss) }
            return out
        }
        let curves = [curve([9, 1, 9, 9]), curve([5, 4, 3, 4]), curve([5, 3])]
        #expect(LossCurve.lowestOfOthers(curves) == [2, 1, 1])
        #expect(LossCurve.lowest(of: [curves[1]]) == 2)
        #expect(LossCurve.lowest(of: []) == 0)
    }

    @Test("a row's own answer does not speak for its level, and rates of few rows are drawn to the mean")
    func rates() {
        // Levels 0…39 have 25 rows each and are yes by a fifth or four fifths, each of the others has one row.
        var chance = SplitMix64(seed: 4)
        var codes: [Int32] = []
        var target: [Int8] = []
        for level in 0..<40 {
            for _ in 0..<25 {
                codes.append(Int32(level))
                target.append(Double.random(in: 0..<1, using: &chance) < (level % 2 == 0 ? 0.2 : 0.8) ? 1 : 0)
            }
        }
        for level in 40..<240 {
            codes.append(Int32(level))
            target.append(level % 4 == 0 ? 0 : 1)
        }
        codes[7] = -1
        let rows = codes.indices.map { Int32($0) }
        let rates = LevelRates(codes, 300, target, rows: rows)
        let mean = Double(target.reduce(0) { $0 + Int($1) }) / Double(target.count)
        #expect(rates.rates.count == 301 && rates.learnt.count == rows.count)
        #expect(rates.learnt[1_000...].allSatisfy { abs($0 - mean) < 1e-12 })
        #expect(abs(rates.rates[299] - mean) < 1e-12)
        #expect((0..<40).allSatisfy { $0 % 2 == 0 ? rates.rates[$0] < 0.45 : rates.rates[$0] > 0.55 })
        #expect(rates.rates[41] > mean && rates.rates[41] < rates.rates[1])
        #expect(rates.rates[40] < mean && rates.rates[40] > rates.rates[0])
    }

    @Test("many levels that say nothing are not learnt by heart, and many that do are told apart")
    func levels() {
        var chance = SplitMix64(seed: 21)
        let count = 6_000
        let codes = (0..<count).map { _ in Int32.random(in: 0..<400, using: &chance) }
        let column = PredictionColumn("street", .category, .levels(codes), levels: (0..<400).map { "\($0)" })
        let (rows, asked) = (Array(Int32(0)..<4_000), Array(Int32(4_000)..<Int32(count)))
        func auc(_ target: [Int8]) -> Double {
            let margins = TreeEnsemble.fit([column], target, rows: rows, seed: 1).margins([column], rows: asked)
            return PredictionScores(margins.map(Logistic.probability), ranking: margins, asked.map { target[Int($0)] }).auc
        }
        let noise = codes.map { _ in Int8.random(in: 0...1, using: &chance) }
        let told = codes.map { code -> Int8 in Double.random(in: 0..<1, using: &chance) < (code % 2 == 0 ? 0.15 : 0.85) ? 1 : 0 }
        #expect(abs(auc(noise) - 0.5) < 0.04)
        #expect(auc(told) > 0.8)
    }
}
