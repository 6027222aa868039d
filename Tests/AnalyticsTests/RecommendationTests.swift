import Foundation
import RapportCore
import Testing

@testable import RapportAnalytics

@Suite("Recommendations")
final class RecommendationTests {
    /// Of one test, and gone with it.
    private let folder = FileManager.default.temporaryDirectory.appending(path: "recommend-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Two tastes: everybody takes six of the ten things of the one or the other.
    private func list(users: Int) throws -> String {
        var numbers = SplitMix64(seed: 3)
        var text = "who,what,day\n"
        for user in 0..<users {
            for (place, thing) in (0..<10).shuffled(using: &numbers).prefix(6).enumerated() {
                text += "u\(user),\(user % 2 == 0 ? "tea" : "wine")\(thing),2024-01-\(String(format: "%02d", place * 5 + 1))\n"
            }
        }
        let path = folder.appending(path: "\(UUID().uuidString).csv").path()
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    @Test("people get what others of their taste took, never what they have; strangers get what is popular")
    func suggestions() async throws {
        let path = try list(users: 200)
        let interactions = try Interactions(path, user: "who", item: "what")
        let made = try await Recommendations(interactions, method: .init(.bm25(k1: 100, b: 0.5), neighbours: 20, isDamped: false))
        let text = try String(contentsOfFile: path, encoding: .utf8)
        for user in ["u0", "u1", "u7"] {
            let own = text.split(separator: "\n").filter { $0.hasPrefix("\(user),") }
            let taken = Set(own.map { String($0.split(separator: ",")[1]) })
            let items = made.suggestions(for: user, limit: 4)
            #expect(items.count == 4)
            #expect(items.allSatisfy { !taken.contains($0.item) && $0.item.hasPrefix(user == "u0" ? "tea" : "wine") })
            #expect(items.allSatisfy { !$0.because.isEmpty && taken.isSuperset(of: $0.because) })
            // Asked for more than taste knows, what is popular follows: all that is left, once.
            let all = made.suggestions(for: user, limit: 40).map(\.item)
            #expect(all.count == 14 && Set(all).count == 14 && taken.isDisjoint(with: all))
        }
        #expect(!made.knows("nobody"))
        #expect(made.suggestions(for: "nobody", limit: 3).count == 3)
    }

    @Test("on a later hold-out, taste beats what is popular", arguments: [true, false])
    func trial(_ dated: Bool) async throws {
        let interactions = try Interactions(try list(users: 300), user: "who", item: "what", date: dated ? "day" : nil)
        let trial = try await RecommendationTrial(interactions)
        #expect(trial.validation == (dated ? "time" : "random"))
        #expect(trial.scores.ndcg > trial.popular.ndcg + 0.1)
        #expect((0...1).contains(trial.scores.precision))
    }

    @Test("similarities are the cosines of columns")
    func cosine() async throws {
        let rows = SparseRows(
            .init(user: [0, 0, 1, 1, 2], item: [0, 1, 0, 1, 1], weight: [1, 2, 3, 1, 2]), chosen: [0, 1, 2, 3, 4], users: 3,
            items: 2)
        let similarity = try await ItemSimilarity(rows, .init(.cosine, neighbours: 5, isDamped: false))
        let expected: Float = 5 / Float(90).squareRoot()
        #expect(abs(similarity.scores[0] - expected) < 1e-6)
        #expect(similarity.neighbours[0] == 1)
    }
}
