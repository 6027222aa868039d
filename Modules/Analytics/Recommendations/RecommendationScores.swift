import Foundation
import RapportCore

/// How well ten recommendations hit what was taken afterwards, over users who then took something new.
public struct RecommendationScores: Sendable {
    /// Of the ten, the share that was taken.
    public var precision = 0.0
    /// Hits against as many as were possible: a user who took three things could be hit three times.
    public var capped = 0.0
    /// The discounted gain of the hits (Järvelin and Kekäläinen 2002), against that of the best possible list.
    public var ndcg = 0.0
    /// The share of users with a hit.
    public var hitRate = 0.0
    public var users = 0

    static let places = 10

    /// - Parameters:
    ///   - held: what users took afterwards; what they had taken before does not count.
    ///   - users: whose lists are tried.
    static func measured(
        _ held: SparseRows, of users: [Int32], _ list: @escaping @Sendable (Int, inout Recommender.Scratch) -> [Int32]
    )
        async throws -> RecommendationScores
    {
        let piece = max(64, users.count / 32 + 1)
        let items = held.columns
        let parts = try await inParallel((users.count + piece - 1) / piece) { index in
            var part = Sums()
            var scratch = Recommender.Scratch(items: items, limit: places)
            for user in users[index * piece..<min(users.count, (index + 1) * piece)] {
                part.add(list(Int(user), &scratch), held.places[held.range(Int(user))])
            }
            return part
        }
        var sums = Sums()
        for part in parts {
            sums.users += part.users
            sums.hits += part.hits
            sums.possible += part.possible
            sums.gain += part.gain
            sums.hitUsers += part.hitUsers
        }
        guard sums.users > 0 else { return RecommendationScores() }
        return RecommendationScores(
            precision: sums.hits / Double(sums.users * places), capped: sums.hits / sums.possible,
            ndcg: sums.gain / Double(sums.users),
            hitRate: sums.hitUsers / Double(sums.users), users: sums.users)
    }

    private struct Sums {
        var users = 0
        var hits = 0.0
        var possible = 0.0
        var gain = 0.0
        var hitUsers = 0.0

        mutating func add(_ list: [Int32], _ taken: ArraySlice<Int32>) {
            guard !taken.isEmpty else { return }
            let wanted = Set(taken)
            var gain = 0.0
            var own = 0.0
            for (place, item) in list.prefix(places).enumerated() where wanted.contains(item) {
                own += 1
                gain += 1 / log2(Double(place) + 2)
            }
            let best = (0..<min(places, wanted.count)).reduce(0) { $0 + 1 / log2(Double($1) + 2) }
            users += 1
            hits += own
            possible += Double(min(places, wanted.count))
            self.gain += gain / best
            hitUsers += own > 0 ? 1 : 0
        }
    }
}
