/// The trees of an ensemble, laid out for judging many rows: every split has the set of bins that go left, so that it is passed without
/// asking of what kind it is, and what is below it stands side by side.
struct TreeLayout {
    private struct Node {
        /// -1: a leaf.
        var feature: Int32 = -1
        /// The column that the feature is of.
        var source: Int32 = 0
        /// The node on the left; the one on the right is the next.
        var below: Int32 = 0
        var value: Float = 0
        /// What coming here from above changed.
        var gain = 0.0
    }

    /// Rows that are taken through all trees together: what they add up stays near the processor.
    private static let block = 64

    private var roots: [Int] = []
    private var nodes: [Node] = []
    /// The bins that go left, four words a node.
    private var sets: [UInt64] = []

    init(_ ensemble: TreeEnsemble) {
        let gaps = ensemble.gaps
        for tree in ensemble.trees {
            roots.append(nodes.count)
            add(tree, gaps, ensemble.bins.features.map { Int32($0.source) })
        }
    }

    private mutating func add(_ tree: Tree, _ gaps: [UInt8], _ sources: [Int32]) {
        let root = nodes.count
        nodes.append(Node(value: tree.nodes[0].value))
        var originals: [Int32] = [0]
        var at = 0
        while at < originals.count {
            let original = tree.nodes[Int(originals[at])]
            var words = [UInt64](repeating: 0, count: 4)
            if original.feature >= 0 {
                nodes[root + at].feature = original.feature
                nodes[root + at].source = sources[Int(original.feature)]
                nodes[root + at].below = Int32(nodes.count)
                for child in [original.left, original.right] {
                    let value = tree.nodes[Int(child)].value
                    nodes.append(Node(value: value, gain: Double(value - original.value)))
                    originals.append(child)
                }
                for bin in UInt8.min...UInt8.max where tree.next(original, bin, gaps) == original.left {
                    words[Int(bin >> 6)] |= 1 << UInt64(bin & 63)
                }
            }
            sets += words
            at += 1
        }
    }

    /// Adds up what the leaves say of each row, and what passing through splits on each column changed (Saabas 2014).
    ///
    /// - Parameters:
    ///   - bins: of the rows, feature after feature.
    ///   - margins: to which the leaves are added, in the order of the trees.
    func judge(_ bins: [UInt8], margins: inout [Float], into contributions: inout Contributions) {
        let (count, columns) = (margins.count, contributions.columns)
        bins.withUnsafeBufferPointer { bins in
            nodes.withUnsafeBufferPointer { nodes in
                sets.withUnsafeBufferPointer { sets in
                    margins.withUnsafeMutableBufferPointer { margins in
                        contributions.withUnsafeMutableValues { out in
                            for start in stride(from: 0, to: count, by: Self.block) {
                                for root in roots {
                                    for row in start..<min(count, start + Self.block) {
                                        var at = root
                                        var node = nodes[at]
                                        while node.feature >= 0 {
                                            let bin = bins[Int(node.feature) * count + row]
                                            let isLeft = sets[at * 4 + Int(bin >> 6)] >> UInt64(bin & 63) & 1
                                            at = Int(node.below) + 1 - Int(isLeft)
                                            let source = Int(node.source)
                                            node = nodes[at]
                                            out[row * columns + source] += node.gain
                                        }
                                        margins[row] += node.value
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
