import Foundation
import RapportCore

/// Grows trees leaf by leaf on histograms of gradients (Friedman 2001; Chen and Guestrin 2016; Ke et al. 2017).
final class TreeGrower {
    struct Limits {
        var leaves = 31
        /// Training rows in a leaf at least.
        var rows: Float = 20
        var curvature: Float = 1e-3
        var penalty: Float = 1
        /// More of it for splits of categories, which have many ways to fit noise.
        var categoryPenalty: Float = 10
        var rate: Float = 0.15
        /// The share of the features that each tree may use, drawn by lot.
        var features = 1.0
    }

    /// Gradient, curvature and number of rows.
    typealias Sums = SIMD4<Float>

    struct Leaf {
        var node: Int
        var start: Int
        var count: Int
        var histogram: Int
        var sums: Sums
        var split: TreeSplit?
    }

    let features: [TreeBins.Feature]
    let limits: Limits
    private let count: Int
    private let bins: [UInt8]
    private let offsets: [Int]
    private let histogramSize: Int
    private var histograms: [UnsafeMutablePointer<Sums>] = []
    private var rows: UnsafeMutablePointer<Int32>
    private var spare: UnsafeMutablePointer<Int32>
    private var ordered: UnsafeMutablePointer<Sums>
    /// Of a split, 1 for each bin that goes left.
    private let lefts: UnsafeMutablePointer<UInt8>
    /// Bins of a feature that are few.
    private static let few = 24
    /// Three more sets of them.
    private let turns: UnsafeMutablePointer<Sums>
    /// The features that the tree may use.
    private var drawn: [Int] = []
    private let scratch = TreeSplitSearch.Scratch()

    init(_ features: [TreeBins.Feature], bins: [UInt8], count: Int, limits: Limits) {
        self.features = features
        self.bins = bins
        self.count = count
        self.limits = limits
        var offsets: [Int] = []
        var sum = 0
        for feature in features {
            offsets.append(sum)
            sum += feature.bins
        }
        self.offsets = offsets
        histogramSize = max(1, sum)
        rows = .allocate(capacity: count + 1)
        spare = .allocate(capacity: count + 1)
        ordered = .allocate(capacity: max(1, count))
        lefts = .allocate(capacity: 256)
        turns = .allocate(capacity: 3 * Self.few)
    }

    deinit {
        rows.deallocate()
        spare.deallocate()
        ordered.deallocate()
        lefts.deallocate()
        turns.deallocate()
        for histogram in histograms { histogram.deallocate() }
    }

    /// Grows one tree and adds its values to the margins.
    ///
    /// - Parameter seed: of the lot that draws features.
    func grow(_ gradients: [Sums], margins: inout [Float], seed: UInt64) -> Tree {
        drawn = Array(features.indices)
        if limits.features < 1 {
            var numbers = SplitMix64(seed: seed)
            drawn.shuffle(using: &numbers)
            drawn.removeLast(drawn.count - max(1, Int((Double(drawn.count) * limits.features).rounded(.up))))
            drawn.sort()
        }
        for row in 0..<count { rows[row] = Int32(row) }
        var tree = Tree()
        var leaves: [Leaf] = []
        var total = Sums()
        for gradient in gradients { total += gradient }
        var root = Leaf(node: 0, start: 0, count: count, histogram: buffer(0), sums: total)
        tree.nodes.append(.init(value: value(total)))
        fill(root, gradients)
        root.split = bestSplit(root)
        leaves.append(root)
        var used = 1
        while leaves.count < limits.leaves {
            guard let at = leaves.indices.max(by: { leaves[$0].gain < leaves[$1].gain }), let split = leaves[at].split,
                split.gain > 1e-6
            else { break }
            let parent = leaves[at]
            let leftCount = partition(parent, split)
            let right = tree.nodes.count + 1
            tree.nodes[parent.node].feature = Int32(split.feature)
            tree.nodes[parent.node].threshold = split.threshold
            tree.nodes[parent.node].gapsLeft = split.gapsLeft
            if let set = split.set {
                tree.nodes[parent.node].set = Int32(tree.sets.count)
                tree.sets += set
            }
            tree.nodes[parent.node].left = Int32(right - 1)
            tree.nodes[parent.node].right = Int32(right)
            tree.nodes.append(.init(value: value(split.left)))
            tree.nodes.append(.init(value: value(parent.sums - split.left)))
            var first = Leaf(node: right - 1, start: parent.start, count: leftCount, histogram: 0, sums: split.left)
            var second = Leaf(
                node: right, start: parent.start + leftCount, count: parent.count - leftCount, histogram: 0,
                sums: parent.sums - split.left)
            let isLast = leaves.count + 1 == limits.leaves
            if !isLast {
                // The smaller half is counted, the larger is what remains of the parent.
                let fresh = buffer(used)
                used += 1
                if first.count <= second.count {
                    first.histogram = fresh
                    second.histogram = parent.histogram
                    fill(first, gradients)
                    subtract(fresh, from: parent.histogram)
                } else {
                    second.histogram = fresh
                    first.histogram = parent.histogram
                    fill(second, gradients)
                    subtract(fresh, from: parent.histogram)
                }
                first.split = bestSplit(first)
                second.split = bestSplit(second)
            }
            leaves[at] = first
            leaves.append(second)
        }
        for leaf in leaves {
            let value = tree.nodes[leaf.node].value
            for at in leaf.start..<leaf.start + leaf.count { margins[Int(rows[at])] += value }
        }
        return tree
    }

    private func value(_ sums: Sums) -> Float { -limits.rate * sums.x / (sums.y + limits.penalty) }

    private func buffer(_ index: Int) -> Int {
        if index == histograms.count { histograms.append(.allocate(capacity: histogramSize)) }
        return index
    }

    private func fill(_ leaf: Leaf, _ gradients: [Sums]) {
        let histogram = histograms[leaf.histogram]
        for index in drawn { (histogram + offsets[index]).initialize(repeating: Sums(), count: features[index].bins) }
        let rows = rows + leaf.start
        gradients.withUnsafeBufferPointer { gradients in
            for at in 0..<leaf.count { ordered[at] = gradients[Int(rows[at])] }
        }
        bins.withUnsafeBufferPointer { bins in
            for index in drawn {
                let column = bins.baseAddress.unsafelyUnwrapped + index * count
                let out = histogram + offsets[index]
                if features[index].bins <= Self.few {
                    tallyFew(column, leaf, out, features[index].bins)
                } else if leaf.count == count {
                    for at in 0..<leaf.count { out[Int(column[at])] += ordered[at] }
                } else {
                    for at in 0..<leaf.count { out[Int(column[Int(rows[at])])] += ordered[at] }
                }
            }
        }
    }

    /// Into few bins neighbours often fall together, and would wait for one another: four sets of bins take turns.
    private func tallyFew(_ column: UnsafePointer<UInt8>, _ leaf: Leaf, _ out: UnsafeMutablePointer<Sums>, _ bins: Int) {
        let (second, third, fourth) = (turns, turns + Self.few, turns + 2 * Self.few)
        turns.initialize(repeating: Sums(), count: 3 * Self.few)
        let rows = rows + leaf.start
        var at = 0
        if leaf.count == count {
            while at + 4 <= leaf.count {
                out[Int(column[at])] += ordered[at]
                second[Int(column[at + 1])] += ordered[at + 1]
                third[Int(column[at + 2])] += ordered[at + 2]
                fourth[Int(column[at + 3])] += ordered[at + 3]
                at += 4
            }
        } else {
            while at + 4 <= leaf.count {
                out[Int(column[Int(rows[at])])] += ordered[at]
                second[Int(column[Int(rows[at + 1])])] += ordered[at + 1]
                third[Int(column[Int(rows[at + 2])])] += ordered[at + 2]
                fourth[Int(column[Int(rows[at + 3])])] += ordered[at + 3]
                at += 4
            }
        }
        while at < leaf.count {
            out[Int(column[Int(rows[at])])] += ordered[at]
            at += 1
        }
        for bin in 0..<bins { out[bin] += second[bin] + (third[bin] + fourth[bin]) }
    }

    private func subtract(_ part: Int, from whole: Int) {
        let (part, whole) = (histograms[part], histograms[whole])
        for feature in drawn {
            for index in offsets[feature]..<offsets[feature] + features[feature].bins { whole[index] -= part[index] }
        }
    }

    /// Puts the rows that go left first, each side in its order; returns how many go left.
    private func partition(_ leaf: Leaf, _ split: TreeSplit) -> Int {
        let isNumber = !features[split.feature].isCategory
        let gapBin = features[split.feature].bins - 1
        for bin in 0..<256 {
            let isLeft =
                if let set = split.set { set[bin >> 6] >> UInt64(bin & 63) & 1 == 1 } else {
                    isNumber && bin == gapBin ? split.gapsLeft : bin <= split.threshold
                }
            lefts[bin] = isLeft ? 1 : 0
        }
        var (left, right) = (leaf.start, 0)
        bins.withUnsafeBufferPointer { bins in
            let column = bins.baseAddress.unsafelyUnwrapped + split.feature * count
            // Written to both sides and kept on one: which is past guessing for the processor.
            for at in leaf.start..<leaf.start + leaf.count {
                let row = rows[at]
                let step = Int(lefts[Int(column[Int(row)])])
                rows[left] = row
                spare[right] = row
                left += step
                right += 1 - step
            }
        }
        (rows + left).update(from: spare, count: right)
        return left - leaf.start
    }

    private func bestSplit(_ leaf: Leaf) -> TreeSplit? {
        guard Float(leaf.count) >= 2 * limits.rows else { return nil }
        let search = TreeSplitSearch(limits: limits, total: leaf.sums, scratch: scratch)
        var best: TreeSplit?
        for index in drawn {
            let feature = features[index]
            let histogram = UnsafeBufferPointer(start: histograms[leaf.histogram] + offsets[index], count: feature.bins)
            let found = feature.isCategory ? search.category(histogram, index) : search.number(histogram, index)
            if let found, found.gain > best?.gain ?? 0 { best = found }
        }
        return best
    }
}

extension TreeGrower.Leaf {
    var gain: Float { split?.gain ?? -1 }
}
