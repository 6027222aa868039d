/// Places in the book of segments: a set of small numbers as bits, since every event of every person makes and joins some.
struct SegmentPlaces: Sendable, Equatable, ExpressibleByArrayLiteral {
    /// Of 64 places each, without words of nothing at the end.
    private var words: [UInt64] = []

    init(_ places: some Sequence<Int>) { for place in places { insert(place) } }
    init(arrayLiteral places: Int...) { self.init(places) }

    var isEmpty: Bool { words.isEmpty }

    func contains(_ place: Int) -> Bool {
        let word = place >> 6
        return word < words.count && words[word] & (1 << UInt64(place & 63)) != 0
    }

    mutating func insert(_ place: Int) {
        let word = place >> 6
        while words.count <= word { words.append(0) }
        words[word] |= 1 << UInt64(place & 63)
    }

    mutating func formUnion(_ other: SegmentPlaces) {
        guard !words.isEmpty else {
            words = other.words
            return
        }
        while words.count < other.words.count { words.append(0) }
        for (index, word) in other.words.enumerated() where words[index] | word != words[index] { words[index] |= word }
    }

    func union(_ other: SegmentPlaces) -> SegmentPlaces {
        var out = self
        out.formUnion(other)
        return out
    }

    func isSuperset(of other: SegmentPlaces) -> Bool {
        other.words.enumerated().allSatisfy { index, word in word & ~(index < words.count ? words[index] : 0) == 0 }
    }

    /// The first place at `start` or after it.
    func first(from start: Int) -> Int? {
        var word = start >> 6
        guard word < words.count else { return nil }
        var bits = words[word] & (~0 << UInt64(start & 63))
        while bits == 0 {
            word += 1
            guard word < words.count else { return nil }
            bits = words[word]
        }
        return word << 6 + bits.trailingZeroBitCount
    }
}

extension SegmentPlaces: Sequence {
    /// In ascending order.
    func makeIterator() -> AnyIterator<Int> {
        var next = 0
        return AnyIterator {
            guard let place = first(from: next) else { return nil }
            next = place + 1
            return place
        }
    }
}
