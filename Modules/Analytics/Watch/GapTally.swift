/// Counts the events of the log a day by kind and source. Both are small numbers, so that each event finds its place without a search.
struct GapTally {
    struct Heard {
        var events = 0
        var received = Int64.min
        var occurred = Int64.min
    }

    private let edges: [Int64]
    private let sources: Int
    /// By kind and source: where the days of the two stand in `counts`, and one more; 0: nowhere yet.
    private var places: [Int]
    private var counts: [Int] = []
    private var bySource: [Heard]

    /// - Parameters:
    ///   - edges: the first moment of each day that is counted, and the end of the last.
    ///   - kinds: no kind's number is greater.
    ///   - sources: no source's number is greater.
    init(edges: [Int64], kinds: Int64, sources: Int64) {
        self.edges = edges
        self.sources = Int(sources) + 1
        places = [Int](repeating: 0, count: (Int(kinds) + 1) * self.sources)
        bySource = [Heard](repeating: Heard(), count: self.sources)
    }

    private var days: Int { edges.count - 1 }

    mutating func add(kind: Int64, source: Int64, occurred: Int64, received: Int64) {
        let source = Int(source)
        bySource[source].events += 1
        bySource[source].received = max(bySource[source].received, received)
        bySource[source].occurred = max(bySource[source].occurred, occurred)
        guard occurred >= edges[0] else { return }
        var day = min(days - 1, Int((occurred - edges[0]) / 86_400_000))
        while day > 0, edges[day] > occurred { day -= 1 }
        while day + 1 < days, edges[day + 1] <= occurred { day += 1 }
        let pair = Int(kind) * sources + source
        if places[pair] == 0 {
            places[pair] = counts.count + 1
            counts.append(contentsOf: repeatElement(0, count: days))
        }
        counts[places[pair] - 1 + day] += 1
    }

    /// By day.
    var series: [(kind: Int64, source: Int64, counts: [Int])] {
        places.indices.filter { places[$0] > 0 }.map { pair in
            let first = places[pair] - 1
            return (Int64(pair / sources), Int64(pair % sources), Array(counts[first..<first + days]))
        }
    }

    /// Of whom anything came.
    var heard: [(source: Int64, Heard)] {
        bySource.enumerated().filter { $1.events > 0 }.map { (Int64($0), $1) }
    }
}
