/// A way to part the rows of a leaf.
struct TreeSplit {
    var feature: Int
    var gain: Float
    var threshold: UInt8 = 0
    var gapsLeft = false
    /// The bins of a category that go left, as four words.
    var set: [UInt64]?
    /// The sums of what goes left.
    var left: TreeGrower.Sums
}

/// Looks for the best split of one leaf by one feature.
struct TreeSplitSearch {
    typealias Sums = TreeGrower.Sums
    let limits: TreeGrower.Limits
    let total: Sums
    private let own: Float

    init(limits: TreeGrower.Limits, total: Sums) {
        self.limits = limits
        self.total = total
        own = total.x * total.x / (total.y + limits.penalty)
    }

    @inline(__always)
    private func gain(_ left: Sums, _ penalty: Float) -> Float {
        let right = total - left
        guard left.z >= limits.rows, right.z >= limits.rows, left.y >= limits.curvature, right.y >= limits.curvature else {
            return -1
        }
        return left.x * left.x / (left.y + penalty) + right.x * right.x / (right.y + penalty) - own
    }

    /// The last bin holds the gaps, which go where they fit better.
    func number(_ histogram: UnsafeBufferPointer<Sums>, _ feature: Int) -> TreeSplit? {
        let gaps = histogram[histogram.count - 1]
        var best: Float = 0
        var threshold = -1
        var gapsLeft = false
        var left = Sums()
        for bin in 0..<histogram.count - 1 {
            left += histogram[bin]
            let plain = gain(left, limits.penalty)
            if plain > best {
                best = plain
                threshold = bin
                gapsLeft = false
            }
            if gaps.z > 0.5 {
                let other = gain(left + gaps, limits.penalty)
                if other > best {
                    best = other
                    threshold = bin
                    gapsLeft = true
                }
            }
        }
        guard threshold >= 0 else { return nil }
        var sums = Sums()
        for bin in 0...threshold { sums += histogram[bin] }
        // Gaps that training rows of this leaf do not have go with the larger half.
        if gaps.z <= 0.5 { gapsLeft = sums.z * 2 > total.z } else if gapsLeft { sums += gaps }
        return TreeSplit(feature: feature, gain: best, threshold: UInt8(threshold), gapsLeft: gapsLeft, left: sums)
    }

    /// Bins ordered by what they say, cut in two (Fisher 1958).
    func category(_ histogram: UnsafeBufferPointer<Sums>, _ feature: Int) -> TreeSplit? {
        var order: [Int] = []
        for bin in histogram.indices where histogram[bin].z > 0.5 { order.append(bin) }
        guard order.count > 1 else { return nil }
        let penalty = order.count <= 4 ? limits.penalty : limits.penalty + limits.categoryPenalty
        let keys = histogram.map { $0.x / ($0.y + 10) }
        order.sort { (keys[$0], $0) < (keys[$1], $1) }
        var best: Float = 0
        var cut = -1
        var left = Sums()
        for at in 0..<order.count - 1 {
            left += histogram[order[at]]
            let gain = gain(left, penalty)
            if gain > best {
                best = gain
                cut = at
            }
        }
        guard cut >= 0 else { return nil }
        var set: [UInt64] = [0, 0, 0, 0]
        var sums = Sums()
        for bin in order[0...cut] {
            set[bin >> 6] |= 1 << UInt64(bin & 63)
            sums += histogram[bin]
        }
        return TreeSplit(feature: feature, gain: best, set: set, left: sums)
    }
}
