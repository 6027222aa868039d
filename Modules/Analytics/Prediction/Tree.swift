/// One regression tree over bins.
struct Tree: Sendable {
    struct Node: Sendable {
        /// -1: a leaf.
        var feature: Int32 = -1
        /// Numbers: bins up to this one go left.
        var threshold: UInt8 = 0
        var gapsLeft = false
        /// Categories: where the set of bins that go left stands in `sets`; -1 for numbers.
        var set: Int32 = -1
        var left: Int32 = 0
        var right: Int32 = 0
        /// What the node says, a leaf's value or what a leaf here would say.
        var value: Float = 0
    }

    var nodes: [Node] = []
    /// Sets of bins, four words each.
    var sets: [UInt64] = []

    /// Adds what the tree says of each row.
    func add(to margins: inout [Float], bins: [UInt8], gaps: [UInt8]) {
        let count = margins.count
        bins.withUnsafeBufferPointer { bins in
            nodes.withUnsafeBufferPointer { nodes in
                for row in 0..<count {
                    var node = nodes[0]
                    while node.feature >= 0 { node = nodes[Int(next(node, bins[Int(node.feature) * count + row], gaps))] }
                    margins[row] += node.value
                }
            }
        }
    }

    /// - Parameter gaps: as `TreeEnsemble.gaps`.
    @inline(__always)
    func next(_ node: Node, _ bin: UInt8, _ gaps: [UInt8]) -> Int32 {
        if node.set >= 0 {
            return sets[Int(node.set) + Int(bin >> 6)] >> UInt64(bin & 63) & 1 == 1 ? node.left : node.right
        }
        let isLeft = bin == gaps[Int(node.feature)] ? node.gapsLeft : bin <= node.threshold
        return isLeft ? node.left : node.right
    }
}
