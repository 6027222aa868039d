import RapportCore

extension ItemSimilarity {
    /// The most similar items by several methods at once: what is compared is the same, and looking for it takes most of the time.
    static func several(_ rows: SparseRows, _ methods: [RecommendationMethod]) async throws -> [ItemSimilarity] {
        var out: [ItemSimilarity] = []
        for from in stride(from: 0, to: methods.count, by: 4) {
            out += try await upToFour(rows, Array(methods[from..<min(methods.count, from + 4)]))
        }
        return out
    }

    private static func upToFour(_ rows: SparseRows, _ methods: [RecommendationMethod]) async throws -> [ItemSimilarity] {
        var values = [SIMD4<Float>](repeating: .zero, count: rows.values.count)
        for (lane, method) in methods.enumerated() {
            for (place, value) in method.weighted(rows).values.enumerated() { values[place][lane] = value }
        }
        let (weights, columns) = (values, rows.crossing)
        let widths = methods.map { min($0.neighbours, max(1, rows.columns - 1)) }
        let piece = max(16, rows.columns / 64)
        let parts = try await inParallel((rows.columns + piece - 1) / piece) { index in
            part(rows, weights, columns, index * piece..<min(rows.columns, (index + 1) * piece), widths)
        }
        return widths.indices.map { lane in
            ItemSimilarity(width: widths[lane], parts.map { $0[lane] }, of: rows.columns)
        }
    }

    private static func part(
        _ rows: SparseRows, _ weights: [SIMD4<Float>], _ columns: SparseRows.Crossing, _ items: Range<Int>, _ widths: [Int]
    ) -> [Lists] {
        var lists = widths.map { Lists(items: items.count, width: $0) }
        var sums = [SIMD4<Float>](repeating: .zero, count: rows.columns)
        // For which item a place was last touched.
        var touchedFor = [Int32](repeating: -1, count: rows.columns)
        var touched: [Int32] = []
        var best = widths.map { TopScores(limit: $0) }
        for item in items {
            touched.removeAll(keepingCapacity: true)
            rows.places.withUnsafeBufferPointer { places in
                weights.withUnsafeBufferPointer { weights in
                    sums.withUnsafeMutableBufferPointer { sums in
                        for at in columns.starts[item]..<columns.starts[item + 1] {
                            let weight = weights[Int(columns.origins[at])]
                            let user = Int(columns.rows[at])
                            for other in rows.starts[user]..<rows.starts[user + 1] {
                                let place = Int(places[other])
                                if touchedFor[place] != Int32(item) {
                                    touchedFor[place] = Int32(item)
                                    touched.append(Int32(place))
                                    sums[place] = weight * weights[other]
                                } else {
                                    sums[place] += weight * weights[other]
                                }
                            }
                        }
                    }
                }
            }
            for lane in widths.indices {
                withUnsafeMutablePointer(to: &best[lane]) { best in
                    best.pointee.clear(draw: UInt32(item) + 1)
                    for place in touched where Int(place) != item { best.pointee.add(place, sums[Int(place)][lane]) }
                    lists[lane].set(item - items.lowerBound, best.pointee.sorted())
                }
            }
        }
        return lists
    }
}
