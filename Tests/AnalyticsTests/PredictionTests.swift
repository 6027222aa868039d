import Foundation
import RapportCore
import Testing

@testable import RapportAnalytics

@Suite("Predictions")
final class PredictionTests {
    /// Of one test, and gone with it.
    private let folder = FileManager.default.temporaryDirectory.appending(path: "predict-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func file(_ text: String) throws -> String {
        let path = folder.appending(path: "\(UUID().uuidString).csv").path()
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    /// A yes is likelier with a higher number, and in one of three towns; some cells are gaps.
    private func list(_ rows: Int, seed: UInt64 = 1) -> String {
        var numbers = SplitMix64(seed: seed)
        var text = "id,number,town,day,noise,answer\n"
        for row in 0..<rows {
            let number = Double.random(in: -2...2, using: &numbers)
            let town = ["Ulm", "Bonn", "Kiel"].randomElement(using: &numbers) ?? ""
            let margin = 1.5 * number + (town == "Ulm" ? 1 : -1)
            let isYes = Double.random(in: 0..<1, using: &numbers) < 1 / (1 + exp(-margin))
            let shown = row % 11 == 0 ? ["", "NA", "?"][row % 3] : String(format: "%.3f", number)
            let day = String(format: "2024-%02d-%02d", row * 12 / rows + 1, row % 28 + 1)
            text += "\(row + 1),\(shown),\(town),\(day),\(Int.random(in: 0..<1_000, using: &numbers)),\(isYes ? "Yes" : "No")\n"
        }
        return text
    }

    @Test("what decides is found, ids are left out, and the figures are those of rows that were not learnt from")
    func fit() async throws {
        let path = try file(list(1_500))
        let list = try PredictionList(path, target: "answer")
        let prediction = try await Predictor(list).run()
        #expect(prediction.target.positive == "Yes")
        #expect(prediction.columns(ignored: true).map(\.name) == ["id"])
        #expect(prediction.columns(ignored: false).map(\.kind) == [.number, .category, .date, .number])
        #expect(prediction.scores.auc > 0.8)
        #expect(prediction.drivers.prefix(2).map(\.column.name) == ["number", "town"])
        let probabilities = prediction.probabilities()
        #expect(probabilities.allSatisfy { $0 > 0 && $0 < 1 })
        let again = try await Predictor(try PredictionList(path, target: "answer")).run()
        #expect(again.probabilities() == probabilities)
    }

    /// Of a hundred places, each has its own chance of a yes; an age raises it.
    private func places(_ rows: Int, _ prefix: String) -> String {
        var numbers = SplitMix64(seed: 5)
        let codes = Set((0..<100).map { _ in Int.random(in: 10_000..<99_999, using: &numbers) }).sorted()
        let effects = codes.map { _ in Double.random(in: -2...2, using: &numbers) }
        var text = "age,place,y\n"
        for _ in 0..<rows {
            let (age, place) = (Int.random(in: 18...90, using: &numbers), Int.random(in: 0..<codes.count, using: &numbers))
            let margin = Double(age - 54) / 20 + effects[place]
            let isYes = Double.random(in: 0..<1, using: &numbers) < 1 / (1 + exp(-margin))
            text += "\(age),\(prefix)\(codes[place]),\(isYes ? 1 : 0)\n"
        }
        return text
    }

    @Test(
        "numbers that are names are told from amounts by what they say of the answer",
        arguments: [PredictionModel.logistic, .trees])
    func codes(_ model: PredictionModel) async throws {
        var options = Predictor.Options()
        options.model = model
        let named = try await Predictor(PredictionList(try file(places(3_000, "")), target: "y"), options: options).run()
        let texts = try await Predictor(PredictionList(try file(places(3_000, "p")), target: "y"), options: options).run()
        #expect(named.scores.auc > 0.75)
        #expect(abs(named.scores.auc - texts.scores.auc) < 0.01)
        #expect(named.fitted.named == [1])
        #expect(named.drivers.first { $0.column.name == "place" }?.way?.key == "cli.predict.way.levels")
    }

    @Test("a text is kept where every third row shares it with another, and dropped where nearly none does")
    func sharedTexts() async throws {
        var text = "shared,own,y\n"
        for row in 0..<120 { text += "s\(row < 80 ? row : row / 2),o\(row),\(row % 2)\n" }
        let list = try PredictionList(try file(text), target: "y")
        #expect(list.columns.map(\.kind) == [.category, .ignored])
    }

    @Test("the latest rows are held out by a date")
    func byTime() async throws {
        let list = try PredictionList(try file(list(800)), target: "answer", id: "id", date: "day")
        let prediction = try await Predictor(list).run()
        #expect(prediction.isByTime)
        #expect(prediction.folds == 1)
        #expect(prediction.scores.auc > 0.75)
    }

    @Test(
        "a target that is no question is refused in plain words",
        arguments: [
            ("a,y\n1,x\n2,x\n3,x\n4,x\n5,x\n", "predict.one_value"), ("a,y\n1,x\n2,y\n3,z\n4,x\n5,y\n", "predict.many_values"),
            ("a,y\n1,x\n2,y\n3,x\n4,x\n5,y\n", "predict.too_few"), ("a,y\n1,\n2,\n3,\n", "predict.no_target"),
        ])
    func refused(_ text: String, _ code: String) async throws {
        let list = try PredictionList(try file(text), target: "y")
        let problem = #expect(throws: Problem.self) { _ = try Predictor(list) }
        #expect(problem?.code == code)
    }

    @Test("scores agree with their definitions, ties counting half")
    func scores() {
        let scores = PredictionScores([0.9, 0.8, 0.8, 0.1], [1, 0, 1, 0])
        #expect(abs(scores.auc - 0.875) < 1e-12)
        let precision: Double = 5.0 / 6
        #expect(abs(scores.prAUC - precision) < 1e-12)
        let brier: Double = 0.7 / 4
        #expect(abs(scores.brier - brier) < 1e-12)
    }

    @Test("trees learn what no straight line parts")
    func trees() async throws {
        var numbers = SplitMix64(seed: 5)
        var text = "a,b,y\n"
        for _ in 0..<2_000 {
            let (a, b) = (Double.random(in: -1...1, using: &numbers), Double.random(in: -1...1, using: &numbers))
            text += "\(a),\(b),\(a * b > 0 ? 1 : 0)\n"
        }
        let prediction = try await Predictor(try PredictionList(try file(text), target: "y")).run()
        #expect(prediction.model == .trees)
        #expect(prediction.scores.auc > 0.97)
    }

    @Test("rows judged in blocks have the log-odds and reasons that going down each tree gives, gaps and unseen levels too")
    func judging() {
        var chance = SplitMix64(seed: 12)
        let count = 1_500
        func numbers(_ gaps: Int) -> [Double] {
            (0..<count).map { $0 % gaps == 0 ? .nan : (Double.random(in: -3...3, using: &chance) * 4).rounded() / 4 }
        }
        let levels = (0..<count).map { _ in Int32.random(in: -1..<9, using: &chance) }
        let columns = [
            PredictionColumn("a", .number, .numbers(numbers(7))), PredictionColumn("b", .number, .numbers(numbers(count + 1))),
            PredictionColumn("town", .category, .levels(levels), levels: (0..<9).map { "\($0)" }),
            PredictionColumn("day", .date, .numbers(numbers(5).map { $0 * 40 + 20_000 })),
        ]
        let target = (0..<count).map { row -> Int8 in
            guard case .numbers(let a) = columns[0].values else { return 0 }
            let margin = (a[row].isNaN ? 1 : a[row]) + (levels[row] % 3 == 1 ? 1.5 : -0.5)
            return Double.random(in: -2...2, using: &chance) < margin ? 1 : 0
        }
        // Half of the rows, and 700 of them: no whole number of blocks.
        let (learnt, asked) = (Array(Int32(0)..<Int32(750)), Array(Int32(800)..<Int32(count)))
        let ensemble = TreeEnsemble.fit(columns, target, rows: learnt, seed: 3)
        let (margins, contributions) = ensemble.judged(columns, rows: asked)
        #expect(margins == ensemble.margins(columns, rows: asked) && Set(margins).count > 100)
        let bins = ensemble.bins.binned(columns, rows: asked)
        for row in asked.indices {
            var slow = [Double](repeating: 0, count: columns.count)
            for tree in ensemble.trees {
                var node = tree.nodes[0]
                while node.feature >= 0 {
                    let feature = Int(node.feature)
                    let below = tree.nodes[Int(tree.next(node, bins[feature * asked.count + row], ensemble.gaps))]
                    slow[ensemble.bins.features[feature].source] += Double(below.value - node.value)
                    node = below
                }
            }
            #expect(slow == columns.indices.map { contributions[row, $0] })
            let order = slow.indices.sorted { (abs(slow[$0]), $1) > (abs(slow[$1]), $0) }
            for limit in 1...columns.count {
                #expect(
                    contributions.strongest(of: row, limit: limit, above: 0.01)
                        == order.prefix(limit).filter { abs(slow[$0]) > 0.01 })
            }
        }
    }

    @Test(
        "numbers are read as people write them",
        arguments: [("-12.5", -12.5), (" 1e3 ", 1_000), ("$1,234.50", 1_234.5), ("12 %", 12), ("1.234,5", 1_234.5), ("(7)", -7)])
    func cells(_ text: String, _ expected: Double) {
        var text = text
        let read = text.withUTF8 { CellNumber.read($0) }
        switch read {
        case .number(let number), .grouped(let number), .decimalComma(let number): #expect(number == expected)
        case .missing, .text: Issue.record("\(text) is a number")
        }
    }
}
