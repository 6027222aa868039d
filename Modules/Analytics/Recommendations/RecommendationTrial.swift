import Foundation
import RapportCore

/// Chooses a method by how well it recommends what was taken later, and says how well it does on a hold-out.
///
/// With dates, the latest fifth of the rows is held out; without, a fifth of the pairs of user and item, by a seeded draw. What
/// chooses between methods is a hold-out of the same kind within the rest, on a sample of users.
public struct RecommendationTrial: Sendable {
    public struct Candidate: Sendable {
        public let method: RecommendationMethod
        /// On rows within the training part.
        public let ndcg: Double
    }

    public let candidates: [Candidate]
    public let method: RecommendationMethod
    public let scores: RecommendationScores
    /// Of recommending to everybody what is popular.
    public let popular: RecommendationScores
    /// How the hold-out was made: `time`, `random` or `file`.
    public let validation: String
    public let trainingRows: Int
    public let heldRows: Int

    /// Rows learnt from and rows held out.
    struct Parts: Sendable {
        let training: SparseRows
        let held: SparseRows
        /// Users who had taken something before, and took something new then.
        let users: [Int32]
        let trainingRows: [Int32]
        let heldRows: Int
    }

    /// Rows that choosing between methods looks at, at most: all of some users.
    private static let sample = 300_000

    /// - Parameter method: without, the best of `RecommendationMethod.candidates`.
    public init(
        _ list: Interactions, method: RecommendationMethod? = nil, seed: UInt64 = 1,
        progress: @Sendable (String, Double) -> Void = { _, _ in }
    ) async throws {
        let all = (0..<Int32(list.rows.held ?? list.count)).map { $0 }
        let parts: Parts
        if let held = list.rows.held {
            validation = "file"
            parts = Self.parts(list, training: all, held: (Int32(held)..<Int32(list.count)).map { $0 })
        } else {
            validation = list.hasDates ? "time" : "random"
            let split = Self.split(list, all, seed: seed)
            parts = Self.parts(list, training: split.training, held: split.held)
        }
        guard !parts.users.isEmpty else {
            throw Problem(
                "recommend.no_hold_out", "nobody who took something in the earlier part took something new in the later one",
                remedy: "Give more rows, or a --date that parts them better")
        }
        var candidates: [Candidate] = []
        if method == nil {
            let inner = Self.inner(list, parts.trainingRows, seed: seed)
            progress("choosing", 0)
            if !inner.users.isEmpty { candidates = try await Self.tried(inner) }
        }
        self.candidates = candidates
        self.method = method ?? candidates.max { $0.ndcg < $1.ndcg }?.method ?? RecommendationMethod.candidates[0]
        progress("trying", 0)
        let recommender = try await Recommender(parts.training, self.method)
        scores = try await Self.scores(parts, recommender)
        let order = recommender.popular(limit: 1_000)
        let training = parts.training
        popular = try await RecommendationScores.measured(parts.held, of: parts.users) { user, _ in
            let taken = Set(training.places[training.range(user)])
            return Array(order.lazy.filter { !taken.contains($0) }.prefix(RecommendationScores.places))
        }
        trainingRows = parts.trainingRows.count
        heldRows = parts.heldRows
    }

    /// The candidate that recommends best on rows held out of the list; `nil` where there is too little to tell.
    public static func best(_ list: Interactions, seed: UInt64 = 1) async throws -> RecommendationMethod? {
        let inner = inner(list, (0..<Int32(list.rows.held ?? list.count)).map { $0 }, seed: seed)
        guard !inner.users.isEmpty else { return nil }
        var best: Candidate?
        for candidate in try await tried(inner) where candidate.ndcg > best?.ndcg ?? 0 { best = candidate }
        return best?.method
    }

    /// All candidates, each with how well it does.
    private static func tried(_ parts: Parts) async throws -> [Candidate] {
        let methods = RecommendationMethod.candidates
        var out: [Candidate] = []
        for (method, similarity) in zip(methods, try await ItemSimilarity.several(parts.training, methods)) {
            let ndcg = try await scores(parts, Recommender(parts.training, method, similarity)).ndcg
            out.append(Candidate(method: method, ndcg: ndcg))
        }
        return out
    }

    private static func scores(_ parts: Parts, _ recommender: Recommender) async throws -> RecommendationScores {
        try await RecommendationScores.measured(parts.held, of: parts.users) { user, scratch in
            recommender.best(for: user, limit: RecommendationScores.places, &scratch).map(\.place)
        }
    }

    private static func split(_ list: Interactions, _ rows: [Int32], seed: UInt64) -> (training: [Int32], held: [Int32]) {
        if list.hasDates {
            let moments = list.rows.moment
            let sorted = rows.map { moments[Int($0)] }.filter { !$0.isNaN }.sorted()
            guard !sorted.isEmpty else { return (rows, []) }
            let first = sorted[min(sorted.count - 1, Int(Double(sorted.count) * 0.8))]
            return (rows.filter { moments[Int($0)] < first }, rows.filter { moments[Int($0)] >= first })
        }
        // The same pair is on one side, however often it comes.
        func isHeld(_ row: Int32) -> Bool {
            let pair =
                UInt64(UInt32(bitPattern: list.rows.user[Int(row)])) << 32 | UInt64(UInt32(bitPattern: list.rows.item[Int(row)]))
            var numbers = SplitMix64(seed: pair ^ (seed &* 0x9E37_79B9_7F4A_7C15))
            return numbers.next() % 5 == 0
        }
        var (training, held) = ([Int32](), [Int32]())
        for row in rows { if isHeld(row) { held.append(row) } else { training.append(row) } }
        return (training, held)
    }

    private static func parts(_ list: Interactions, training: [Int32], held: [Int32]) -> Parts {
        let before = SparseRows(list.rows, chosen: training, users: list.userCount, items: list.itemCount)
        let after = SparseRows(list.rows, chosen: held, users: list.userCount, items: list.itemCount).without(before)
        let users = (0..<list.userCount).filter { !before.range($0).isEmpty && !after.range($0).isEmpty }.map { Int32($0) }
        return Parts(training: before, held: after, users: users, trainingRows: training, heldRows: held.count)
    }

    /// A hold-out within the training rows, of a share of the users that keeps it quick.
    private static func inner(_ list: Interactions, _ rows: [Int32], seed: UInt64) -> Parts {
        var rows = rows
        if rows.count > sample {
            let share = UInt64(Double(sample) / Double(rows.count) * 1_000_000)
            rows = rows.filter { row in
                var numbers = SplitMix64(seed: UInt64(UInt32(bitPattern: list.rows.user[Int(row)])) &+ seed)
                return numbers.next() % 1_000_000 < share
            }
        }
        let split = split(list, rows, seed: seed &+ 1)
        return parts(list, training: split.training, held: split.held)
    }
}
