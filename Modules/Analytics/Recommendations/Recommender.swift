import Foundation

/// Recommends items by what people with similar tastes took (Sarwar et al. 2001; Linden, Smith and York 2003).
public struct Recommender: Sendable {
    /// Something to recommend.
    public struct Suggestion: Sendable {
        public let item: String
        public let score: Double
        /// What the user took that speaks most for it; empty where it is only popular.
        public let because: [String]
    }

    public let method: RecommendationMethod
    let rows: SparseRows
    let similarity: ItemSimilarity
    /// How many users took each item.
    let popularity: [Int32]
    private let order: [Int32]

    init(_ rows: SparseRows, _ method: RecommendationMethod) async throws {
        self.init(rows, method, try await ItemSimilarity(rows, method))
    }

    /// - Parameter similarity: of the rows' items by the method.
    init(_ rows: SparseRows, _ method: RecommendationMethod, _ similarity: ItemSimilarity) {
        self.method = method
        self.rows = rows
        self.similarity = similarity
        var popularity = [Int32](repeating: 0, count: rows.columns)
        for place in rows.places { popularity[Int(place)] += 1 }
        self.popularity = popularity
        order = popularity.indices.sorted { (popularity[$0], $1) > (popularity[$1], $0) }.map { Int32($0) }
    }

    /// Room for one user's scores, used again for the next.
    struct Scratch {
        fileprivate var sums: [Float]
        fileprivate var touched: [Int32] = []
        fileprivate var best: TopScores

        init(items: Int, limit: Int) {
            sums = [Float](repeating: 0, count: items)
            best = TopScores(limit: limit)
        }
    }

    /// The best items for a user that the user has not taken; where these are fewer than asked for, popular ones follow.
    func best(for user: Int, limit: Int, _ scratch: inout Scratch) -> [TopScores.Entry] {
        let range = rows.range(user)
        scratch.touched.removeAll(keepingCapacity: true)
        for at in range {
            let weight = method.isDamped ? log1p(rows.values[at]) : rows.values[at]
            let start = Int(rows.places[at]) * similarity.width
            for neighbour in start..<start + similarity.width {
                let place = similarity.neighbours[neighbour]
                guard place >= 0 else { break }
                if scratch.sums[Int(place)] == 0 { scratch.touched.append(place) }
                scratch.sums[Int(place)] += weight * similarity.scores[neighbour]
            }
        }
        // What was taken is not recommended.
        for at in range { scratch.sums[Int(rows.places[at])] = 0 }
        scratch.best.clear()
        for place in scratch.touched {
            scratch.best.add(place, scratch.sums[Int(place)])
            scratch.sums[Int(place)] = 0
        }
        var out = scratch.best.sorted()
        if out.count < limit {
            var taken = Set(rows.places[range])
            taken.formUnion(out.map(\.place))
            for place in order where !taken.contains(place) && popularity[Int(place)] > 0 {
                if out.count == limit { break }
                out.append(.init(place: place, score: 0))
            }
        }
        return out
    }

    /// What a user took that speaks most for an item.
    func reasons(_ user: Int, _ item: Int32, limit: Int = 2) -> [Int32] {
        var best = TopScores(limit: limit)
        for at in rows.range(user) {
            let start = Int(rows.places[at]) * similarity.width
            let weight = method.isDamped ? log1p(rows.values[at]) : rows.values[at]
            for neighbour in start..<start + similarity.width where similarity.neighbours[neighbour] == item {
                best.add(rows.places[at], weight * similarity.scores[neighbour])
            }
        }
        return best.sorted().map(\.place)
    }

    /// The items that most users took.
    func popular(limit: Int) -> [Int32] { Array(order.prefix(limit)).filter { popularity[Int($0)] > 0 } }
}
