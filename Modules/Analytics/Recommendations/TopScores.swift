/// Keeps the highest scores; of equal ones, the lower place.
struct TopScores {
    struct Entry: Sendable {
        let place: Int32
        let score: Float
    }

    private let limit: Int
    /// A heap with the lowest on top.
    private var heap: [Entry] = []

    init(limit: Int) {
        self.limit = limit
        heap.reserveCapacity(limit)
    }

    mutating func clear() { heap.removeAll(keepingCapacity: true) }

    mutating func add(_ place: Int32, _ score: Float) {
        guard score > 0 else { return }
        let entry = Entry(place: place, score: score)
        if heap.count < limit {
            heap.append(entry)
            var child = heap.count - 1
            while child > 0 {
                let parent = (child - 1) / 2
                guard Self.isBelow(heap[child], heap[parent]) else { break }
                heap.swapAt(child, parent)
                child = parent
            }
            return
        }
        guard limit > 0, Self.isBelow(heap[0], entry) else { return }
        heap[0] = entry
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < heap.count else { return }
            if child + 1 < heap.count, Self.isBelow(heap[child + 1], heap[child]) { child += 1 }
            guard Self.isBelow(heap[child], heap[parent]) else { return }
            heap.swapAt(child, parent)
            parent = child
        }
    }

    /// The highest first.
    func sorted() -> [Entry] { heap.sorted { Self.isBelow($1, $0) } }

    private static func isBelow(_ left: Entry, _ right: Entry) -> Bool {
        left.score != right.score ? left.score < right.score : left.place > right.place
    }
}
