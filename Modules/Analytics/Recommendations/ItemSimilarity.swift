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
        take(parts, of: rows.columns)
    }

    /// Of lists that were made elsewhere, in the order of their items.
    init(width: Int, _ parts: [Lists], of items: Int) {
        (self.width, neighbours, scores) = (width, [], [])
        take(parts, of: items)
    }

    private mutating func take(_ parts: [Lists], of items: Int) {
        neighbours.reserveCapacity(items * width)
        scores.reserveCapacity(items * width)
        for part in parts {
            neighbours += part.neighbours
            scores += part.scores
        }
    }

    /// What some items are like, `width` each.
    struct Lists: Sendable {
        private(set) var neighbours: [Int32]
        private(set) var scores: [Float]
        private let width: Int

        init(items: Int, width: Int) {
            neighbours = [Int32](repeating: -1, count: items * width)
            scores = [Float](repeating: 0, count: items * width)
            self.width = width
        }

        /// - Parameter index: the item's place among these.
        mutating func set(_ index: Int, _ best: [TopScores.Entry]) {
            for (place, entry) in best.enumerated() {
                neighbours[index * width + place] = entry.place
                scores[index * width + place] = entry.score
            }
        }
    }

    private static func part(
        _ rows: SparseRows, _ columns: SparseRows, _ items: Range<Int>, _ width: Int
    ) -> Lists {
        var lists = Lists(items: items.count, width: width)
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
            // Things that the same single person took are all equally alike: by their order, the same few would stand on every
            // list, and the rest would never be recommended.
            best.clear(draw: UInt32(item) + 1)
            for place in touched {
                if Int(place) != item { best.add(place, sums[Int(place)]) }
                sums[Int(place)] = 0
            }
            lists.set(item - items.lowerBound, best.sorted())
        }
        return lists
    }
}
