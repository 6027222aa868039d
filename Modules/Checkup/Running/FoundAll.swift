/// Everything that was found, by row, and what the rows have to do with each other.
struct FoundAll {
    /// By row, then column, then finding.
    var hits: [Hit]
    var blocks: [Block]
    /// The row that each row repeats; -1 for none.
    var partners: [Int32]
    /// How many rows remain when those that are one are counted once.
    var people: Int
    /// Whether rows were compared, and why not.
    var wasCompared: Bool
    let spelling: DomainSpelling

    /// The first hits of each finding, a few more than are asked for so that different values can be shown.
    func firstHits(_ most: Int) -> [Hit] {
        var counts = [Int](repeating: 0, count: Finding.allCases.count)
        return hits.filter { hit in
            counts[Int(hit.number)] += 1
            return counts[Int(hit.number)] <= most * 3
        }
    }
}
