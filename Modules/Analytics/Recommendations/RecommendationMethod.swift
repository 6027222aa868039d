import Foundation
public import RapportCore

/// How similar two items are, and how much what a user took counts.
public struct RecommendationMethod: Sendable, Hashable {
    public enum Weighting: Sendable, Hashable {
        /// The cosine of the items' columns.
        case cosine
        /// The same, with users of few things counting more.
        case tfidf
        /// Okapi BM25 (Robertson and Zaragoza 2009), with items as documents and users as their words.
        case bm25(k1: Double, b: Double)
    }

    public let weighting: Weighting
    /// Similar items kept for each.
    public let neighbours: Int
    /// Whether a hundredth piece counts less than the first: log(1 + weight).
    public let isDamped: Bool

    public init(_ weighting: Weighting, neighbours: Int, isDamped: Bool) {
        self.weighting = weighting
        self.neighbours = neighbours
        self.isDamped = isDamped
    }

    /// As people read it.
    public func words(_ texts: Texts) -> String {
        var values = ["neighbours": "\(neighbours)"]
        let key =
            switch weighting {
            case .cosine: "cosine"
            case .tfidf: "tfidf"
            case .bm25: "bm25"
            }
        if case .bm25(let k1, let b) = weighting {
            (values["k1"], values["b"]) = (PredictionColumn.short(k1), PredictionColumn.short(b))
        }
        let method = texts("cli.recommend.method.\(key)", values)
        return isDamped ? texts("cli.recommend.method.damped", ["method": method]) : method
    }

    /// For machines, and in what is kept.
    public var name: String {
        let head =
            switch weighting {
            case .cosine: "cosine"
            case .tfidf: "tf-idf"
            case .bm25(let k1, let b): "bm25 (k1 \(PredictionColumn.short(k1)), b \(PredictionColumn.short(b)))"
            }
        return "\(head), \(neighbours) neighbours\(isDamped ? ", damped" : "")"
    }

    /// What is tried where no method is stated.
    public static let candidates: [RecommendationMethod] = [
        .init(.bm25(k1: 100, b: 0.5), neighbours: 20, isDamped: false),
        .init(.cosine, neighbours: 20, isDamped: false),
        .init(.bm25(k1: 1.2, b: 0.75), neighbours: 100, isDamped: true),
        .init(.cosine, neighbours: 100, isDamped: true),
        .init(.tfidf, neighbours: 100, isDamped: true),
    ]

    /// - Parameter rows: what each user took.
    /// - Returns: the same with weights for comparing items.
    func weighted(_ rows: SparseRows) -> SparseRows {
        var out = rows
        let items = rows.columns
        var sums = [Double](repeating: 0, count: items)
        if isDamped { for at in out.values.indices { out.values[at] = log1p(out.values[at]) } }
        for at in out.values.indices { sums[Int(out.places[at])] += Double(out.values[at]) }
        switch weighting {
        case .cosine: break
        case .tfidf:
            for user in 0..<rows.count {
                let factor = Float(Self.rarity(items, rows.range(user).count))
                for at in rows.range(user) { out.values[at] = out.values[at].squareRoot() * factor }
            }
        case .bm25(let k1, let b):
            let mean = sums.reduce(0, +) / Double(max(1, items))
            let lengths = sums.map { Float(k1 * (1 - b + b * $0 / mean)) }
            for user in 0..<rows.count {
                let factor = Float(Self.rarity(items, rows.range(user).count)) * Float(k1 + 1)
                for at in rows.range(user) {
                    out.values[at] = out.values[at] * factor / (lengths[Int(rows.places[at])] + out.values[at])
                }
            }
            return out
        }
        var norms = [Double](repeating: 0, count: items)
        for at in out.values.indices { norms[Int(out.places[at])] += Double(out.values[at]) * Double(out.values[at]) }
        let factors = norms.map { $0 > 0 ? Float(1 / $0.squareRoot()) : 0 }
        for at in out.values.indices { out.values[at] *= factors[Int(out.places[at])] }
        return out
    }

    private static func rarity(_ items: Int, _ taken: Int) -> Double { max(0, log(Double(items)) - log1p(Double(taken))) }
}
