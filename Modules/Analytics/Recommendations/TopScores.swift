/// Keeps the highest scores; of equal ones, the lower place, or whichever a draw prefers.
struct TopScores {
    struct Entry: Sendable {
        let place: Int32
        let score: Float
    }

    private let limit: Int
    /// A heap with the lowest on top. A key is the score's bits, which for numbers above 0 stand in the order of the numbers,
    /// above those that tell equal scores apart and from which the place can be told.
    private var heap: [UInt64] = []
    /// The lowest key once there are enough.
    private var floor: UInt64 = 0
    private var draw: UInt32 = 0

    init(limit: Int) {
        self.limit = limit
        heap.reserveCapacity(limit)
    }

    /// - Parameter draw: of equal scores, chance prefers one, the same for the same number; 0: the lower place.
    mutating func clear(draw: UInt32 = 0) {
        heap.removeAll(keepingCapacity: true)
        floor = limit > 0 ? 0 : .max
        self.draw = draw == 0 ? 0 : draw &* Self.salt
    }

    @inline(__always)
    mutating func add(_ place: Int32, _ score: Float) {
        guard score > 0 else { return }
        let key = UInt64(score.bitPattern) << 32 | UInt64(lot(place))
        if key > floor { insert(key) }
    }

    private mutating func insert(_ key: UInt64) {
        if heap.count < limit {
            heap.append(key)
            var child = heap.count - 1
            while child > 0 {
                let parent = (child - 1) / 2
                guard heap[child] < heap[parent] else { break }
                heap.swapAt(child, parent)
                child = parent
            }
            if heap.count == limit { floor = heap[0] }
            return
        }
        heap.withUnsafeMutableBufferPointer { heap in
            var parent = 0
            while true {
                var child = 2 * parent + 1
                guard child < heap.count else { break }
                if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
                guard heap[child] < key else { break }
                heap[parent] = heap[child]
                parent = child
            }
            heap[parent] = key
        }
        floor = heap[0]
    }

    /// The highest first.
    func sorted() -> [Entry] {
        heap.sorted(by: >).map { key in
            Entry(place: place(UInt32(truncatingIfNeeded: key)), score: Float(bitPattern: UInt32(truncatingIfNeeded: key >> 32)))
        }
    }

    /// Multiplied by an odd number, places are spread over all 32 bits, each to another (Knuth, volume 3, 6.4).
    private static let spread: UInt32 = 0x9E37_79B1
    /// Its inverse modulo 2³².
    private static let gather: UInt32 = 0x0E8B_2F51
    private static let salt: UInt32 = 0x85EB_CA6B

    @inline(__always)
    private func lot(_ place: Int32) -> UInt32 {
        let bits = UInt32(bitPattern: place)
        return draw == 0 ? ~bits : bits &* Self.spread ^ draw
    }

    private func place(_ lot: UInt32) -> Int32 {
        Int32(bitPattern: draw == 0 ? ~lot : (lot ^ draw) &* Self.gather)
    }
}
