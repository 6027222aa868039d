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
    let scratch: Scratch
    private let own: Float

    init(limits: TreeGrower.Limits, total: Sums, scratch: Scratch) {
        self.limits = limits
        self.total = total
        self.scratch = scratch
        own = total.x * total.x / (total.y + limits.penalty)
    }

    /// What lies left of each cut, side by side, so that several cuts are weighed in one instruction.
    final class Scratch {
        fileprivate let gradients, curvatures, rows, gains: UnsafeMutablePointer<Float>

        init() {
            gradients = .allocate(capacity: 256)
            curvatures = .allocate(capacity: 256)
            rows = .allocate(capacity: 256)
            gains = .allocate(capacity: 256)
        }

        deinit {
            gradients.deallocate()
            curvatures.deallocate()
            rows.deallocate()
            gains.deallocate()
        }
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
        let count = histogram.count - 1
        let gaps = histogram[count]
        var left = Sums()
        for bin in 0..<count {
            left += histogram[bin]
            scratch.gradients[bin] = left.x
            scratch.curvatures[bin] = left.y
            scratch.rows[bin] = left.z
        }
        var (best, threshold) = cut(count, Sums())
        var gapsLeft = false
        if gaps.z > 0.5 {
            let other = cut(count, gaps)
            if other.gain > best {
                (best, threshold) = other
                gapsLeft = true
            }
        }
        guard threshold >= 0 else { return nil }
        var sums = Sums(scratch.gradients[threshold], scratch.curvatures[threshold], scratch.rows[threshold], 0)
        // Gaps that training rows of this leaf do not have go with the larger half.
        if gaps.z <= 0.5 { gapsLeft = sums.z * 2 > total.z } else if gapsLeft { sums += gaps }
        return TreeSplit(feature: feature, gain: best, threshold: UInt8(threshold), gapsLeft: gapsLeft, left: sums)
    }

    /// The best of the cuts after each bin where something else goes left too; the threshold is -1 where none gains.
    private func cut(_ count: Int, _ other: Sums) -> (gain: Float, threshold: Int) {
        // Rows and curvature only grow from left to right: the cuts that leave enough of both on either side stand together.
        var (first, end) = (0, count)
        while first < count, scratch.rows[first] + other.z < limits.rows || scratch.curvatures[first] + other.y < limits.curvature
        {
            first += 1
        }
        while end > first,
            total.z - scratch.rows[end - 1] - other.z < limits.rows
                || total.y - scratch.curvatures[end - 1] - other.y < limits.curvature
        { end -= 1 }
        guard first < end else { return (0, -1) }
        let (gradients, curvatures, gains) = (scratch.gradients + first, scratch.curvatures + first, scratch.gains)
        let (penalty, gradient, curvature) = (limits.penalty, total.x - other.x, total.y - other.y)
        for at in 0..<end - first {
            let left = gradients[at] + other.x
            let right = gradient - gradients[at]
            let leftCurvature = curvatures[at] + other.y + penalty
            let rightCurvature = curvature - curvatures[at] + penalty
            gains[at] = (left * left * rightCurvature + right * right * leftCurvature) / (leftCurvature * rightCurvature)
        }
        var best = own
        var threshold = -1
        for at in 0..<end - first where gains[at] > best {
            best = gains[at]
            threshold = first + at
        }
        return (best - own, threshold)
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
