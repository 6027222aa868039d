import Foundation

/// Which columns go together among records that are two: each depends on one other at most.
///
/// Chow, C., & Liu, C. (1968): "Approximating Discrete Probability Distributions with Dependence Trees". Edges are ranked by how far
/// independence would misjudge the pairs at hand.
struct DependenceTree: Sendable {
    let kinds: [ColumnKind]
    /// Pairs of columns that do not go together unless records are one.
    let independent: Set<Set<Int>>

    /// Each column's parent.
    func parents(_ sample: PatternSample, _ posteriors: [Double]) -> [Int?] {
        let twos = sample.candidates.indices.map { sample.candidates[$0] * (1 - posteriors[$0]) + sample.others[$0] }
        var edges: [(gain: Double, first: Int, second: Int)] = []
        for first in kinds.indices {
            for second in kinds.indices where second > first && mayDepend(first, second) {
                let two = sample.sums(twos, first, second)
                let gain = misjudged(two, sample.sums(sample.candidates, first, second)) / sample.records
                if gain > 0.2 { edges.append((gain, first, second)) }
            }
        }
        edges.sort { ($0.gain, $1.first, $1.second) > ($1.gain, $0.first, $0.second) }
        return rooted(edges.map { ($0.first, $0.second) })
    }

    /// Where nobody would expect two columns to go together, that they do means that records are one: a date of birth says nothing
    /// of the name, nor a first name of the last.
    private func mayDepend(_ first: Int, _ second: Int) -> Bool {
        (kinds[first] == .date) == (kinds[second] == .date) && !independent.contains([first, second])
    }

    /// Bits by which independence of two columns would be wrong, summed over the pairs seen.
    private func misjudged(_ joint: [Double], _ seen: [Double]) -> Double {
        var rows = [Double](repeating: 0, count: Level.count)
        var columns = rows
        var all = 0.0
        for i in 1..<Level.count {
            for j in 1..<Level.count {
                rows[i] += joint[i * Level.count + j]
                columns[j] += joint[i * Level.count + j]
                all += joint[i * Level.count + j]
            }
        }
        guard all > 0 else { return 0 }
        var sum = 0.0
        for i in 1..<Level.count {
            for j in 1..<Level.count where seen[i * Level.count + j] > 0 {
                let expected = rows[i] * columns[j] / all
                let drawn = 20 * expected / max(expected, 1)
                let bits = log2((joint[i * Level.count + j] + drawn) / (expected + drawn) + 1e-9)
                // A little in very many pairs is no dependence that would make any of them look like one.
                if abs(bits) >= 1 { sum += seen[i * Level.count + j] * min(12, abs(bits)) }
            }
        }
        return sum
    }

    /// Parents from edges, best first, without circles. The root of each part is the column with most neighbours: the full name,
    /// of which the others are parts.
    private func rooted(_ edges: [(Int, Int)]) -> [Int?] {
        var part = Array(kinds.indices)
        var neighbours = [[Int]](repeating: [], count: kinds.count)
        for (first, second) in edges where part[first] != part[second] {
            let (old, new) = (part[second], part[first])
            for index in part.indices where part[index] == old { part[index] = new }
            neighbours[first].append(second)
            neighbours[second].append(first)
        }
        var parents = [Int?](repeating: nil, count: kinds.count)
        var seen = Set<Int>()
        let roots = kinds.indices.sorted { (neighbours[$0].count, $1) > (neighbours[$1].count, $0) }
        for root in roots where seen.insert(root).inserted {
            var queue = [root]
            while !queue.isEmpty {
                let at = queue.removeFirst()
                for next in neighbours[at] where seen.insert(next).inserted {
                    parents[next] = at
                    queue.append(next)
                }
            }
        }
        return parents
    }
}
