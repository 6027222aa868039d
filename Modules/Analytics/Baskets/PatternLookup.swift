import RapportCore

/// Finds a frequent set again by what it holds. Every part of a frequent set is one.
struct PatternLookup {
    private let patterns: PatternMiner.Patterns
    /// A number for each thing; a set's is theirs, xored (Zobrist 1970).
    private let keys: [UInt64]
    private let hashes: [UInt64]
    /// -1: free.
    private let slots: [Int32]

    init(_ patterns: PatternMiner.Patterns) {
        self.patterns = patterns
        var numbers = SplitMix64(seed: 0x5EED)
        let keys = (0...Int(patterns.members.max() ?? 0)).map { _ in numbers.next() }
        self.keys = keys
        var size = 64
        while size < patterns.count * 2 { size *= 2 }
        var slots = [Int32](repeating: -1, count: size)
        var hashes = [UInt64](repeating: 0, count: patterns.count)
        for set in 0..<patterns.count {
            var hash: UInt64 = 0
            for at in patterns.start(set)..<patterns.ends[set] { hash ^= keys[Int(patterns.members[at])] }
            hashes[set] = hash
            var slot = Int(truncatingIfNeeded: hash) & (size - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = Int32(set)
        }
        self.slots = slots
        self.hashes = hashes
    }

    /// The set of those things from `start` on whose bit is in `mask`; `nil` where that is none.
    func set(_ start: Int, _ mask: UInt32) -> Int? {
        var hash: UInt64 = 0
        var bits = mask
        while bits != 0 {
            hash ^= keys[Int(patterns.members[start + bits.trailingZeroBitCount])]
            bits &= bits - 1
        }
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] >= 0 {
            let found = Int(slots[slot])
            if hashes[found] == hash, holds(found, start, mask) { return found }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    private func holds(_ set: Int, _ start: Int, _ mask: UInt32) -> Bool {
        guard patterns.size(set) == mask.nonzeroBitCount else { return false }
        var bits = mask
        for at in patterns.start(set)..<patterns.ends[set] {
            if patterns.members[at] != patterns.members[start + bits.trailingZeroBitCount] { return false }
            bits &= bits - 1
        }
        return true
    }
}
