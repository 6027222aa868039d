import Foundation
import RapportCore

/// Recommendations for the users of a list.
public struct Recommendations: Sendable {
    private let list: Interactions
    private let recommender: Recommender
    public var method: RecommendationMethod { recommender.method }

    public init(_ list: Interactions, method: RecommendationMethod) async throws {
        self.list = list
        let rows = (0..<Int32(list.rows.held ?? list.count)).map { $0 }
        recommender = try await Recommender(
            SparseRows(list.rows, chosen: rows, users: list.userCount, items: list.itemCount), method)
    }

    /// Whether the list names a user.
    public func knows(_ user: String) -> Bool { list.users.known(user) != nil }

    /// Items that the user has not taken, the best first; for somebody unknown, what is popular.
    public func suggestions(for user: String, limit: Int) -> [Recommender.Suggestion] {
        guard let index = list.users.known(user) else {
            return recommender.popular(limit: limit).map {
                Recommender.Suggestion(item: list.items.text(Int($0)), score: 0, because: [])
            }
        }
        var scratch = Recommender.Scratch(items: list.itemCount, limit: limit)
        return recommender.best(for: index, limit: limit, &scratch).map { entry in
            Recommender.Suggestion(
                item: list.items.text(Int(entry.place)), score: Double(entry.score),
                because: entry.score > 0 ? recommender.reasons(index, entry.place).map { list.items.text(Int($0)) } : [])
        }
    }

    /// Everybody's, by user in the order of the list; without reasons.
    public func all(limit: Int, _ body: (String, [(item: String, score: Double)]) throws -> Void) rethrows {
        var scratch = Recommender.Scratch(items: list.itemCount, limit: limit)
        for user in 0..<list.userCount where !recommender.rows.range(user).isEmpty {
            let best = recommender.best(for: user, limit: limit, &scratch)
            try body(list.users.text(user), best.map { (list.items.text(Int($0.place)), Double($0.score)) })
        }
    }
}
