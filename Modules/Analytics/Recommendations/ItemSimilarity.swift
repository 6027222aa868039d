import RapportCore

/// The most similar items of each.
struct ItemSimilarity: Sendable {
    let width: Int
    /// Item after item, `width` each; -1 where there are fewer.
    private(set) var neighbours: [Int32]
    private(set) var scores: [Float]

    init(_ rows: SparseRows, _ method: RecommendationMethod) async throws {
        let weighted = method.weighted(rows)
        let columns = weighted.transposed
        let width = min(method.neighbours, max(1, rows.columns - 1))
        self.width = width
        // Pieces of about equal work would need the work known; many small ones even it out.
        let piece = max(16, rows.columns / 64)
        let pieces = (rows.columns + piece - 1) / piece
        let parts = try await inParallel(pieces) { index in
            Self.part(weighted, columns, index * piece..<min(rows.columns, (index + 1) * piece), width)
        }
        neighbours = []
        scores = []
        neighbours.reserveCapacity(rows.columns * width)
        scores.reserveCapacity(rows.columns * width)
        for part in parts {
            neighbours += part.neighbours
            scores += part.scores
        }
    }

    private static func part(
        _ rows: SparseRows, _ columns: SparseRows, _ items: Range<Int>, _ width: Int
    ) -> (neighbours: [Int32], scores: [Float]) {
        var neighbours = [Int32](repeating: -1, count: items.count * width)
        var scores = [Float](repeating: 0, count: items.count * width)
        var sums = [Float](repeating: 0, count: rows.columns)
        var touched: [Int32] = []
        var best = TopScores(limit: width)
        for item in items {
            touched.removeAll(keepingCapacity: true)
            rows.places.withUnsafeBufferPointer { places in
                rows.values.withUnsafeBufferPointer { values in
                    sums.withUnsafeMutableBufferPointer { sums in
                        for at in columns.range(item) {
                            let (user, weight) = (Int(columns.places[at]), columns.values[at])
                            for other in rows.starts[user]..<rows.starts[user + 1] {
                                let place = places[other]
                                if sums[Int(place)] == 0 { touched.append(place) }
                                sums[Int(place)] += weight * values[other]
                            }
                        }
                    }
                }
            }
            best.clear()
            for place in touched {
                if Int(place) != item { best.add(place, sums[Int(place)]) }
                sums[Int(place)] = 0
            }
            let start = (item - items.lowerBound) * width
            for (index, entry) in best.sorted().enumerated() {
                neighbours[start + index] = entry.place
                scores[start + index] = entry.score
            }
        }
        return (neighbours, scores)
    }
}
