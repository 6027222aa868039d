/// Gathers records that are one into clusters, without chaining: whoever joins must fit those that are there already, not one of
/// them alone.
///
/// Clusters are merged along the strongest links first, where the pairs between them speak for it on average (average linkage, as in
/// correlation clustering: Bansal, Blum and Chawla 2004). Pairs that no rule brought together are weighed then.
struct Clusterer {
    /// Bits that a single pair counts at most, for and against: no pair decides alone.
    private static let most: (for: Float, against: Float) = (7, 6)
    /// Pairs between two clusters that are weighed at most.
    private static let sampled = 48
    /// Bits by which many pairs may fall short of the threshold: chance seldom makes many of them agree.
    private static let credit: Float = 2.5

    private let scorer: PairScorer
    /// Where records of one list are never one: the list of each, 255 for those of lists that have duplicates of their own.
    private let files: [UInt8]?
    private var cluster: [Int32]
    /// Of each cluster of two and more; a record alone has no list, since in most lists nearly all are.
    private var members: [[Int32]]

    init(count: Int, scorer: PairScorer, files: [UInt8]?) {
        self.scorer = scorer
        self.files = files
        cluster = Array(0..<Int32(count))
        members = Array(repeating: [], count: count)
    }

    /// Merges along links; returns each record's cluster, named by its first record.
    consuming func run(_ links: [Link]) -> [Int32] {
        var left = links.filter { $0.weight > -1 }
            .sorted { ($1.weight, $0.first, $0.second) < ($0.weight, $1.first, $1.second) }
        for _ in 0..<4 {
            var failed: [Link] = []
            let before = left.count
            for link in left {
                let (a, b) = (cluster[Int(link.first)], cluster[Int(link.second)])
                if a == b { continue }
                if fits(a, b, link) { merge(a, b) } else { failed.append(link) }
            }
            left = failed
            if left.count == before { break }
        }
        return cluster.map { members[Int($0)].min() ?? $0 }
    }

    private func fits(_ a: Int32, _ b: Int32, _ link: Link) -> Bool {
        let (one, other) = (list(a), list(b))
        let all = one.count * other.count
        if let files,
            one.contains(where: { first in
                files[Int(first)] != 255 && other.contains { files[Int(first)] == files[Int($0)] }
            })
        {
            return false
        }
        if all == 1 { return link.weight > 0 }
        let step = max(1, all / Self.sampled)
        var sum: Float = 0
        var seen: Float = 0
        for index in stride(from: 0, to: all, by: step) {
            let weight = scorer.weight(Int(one[index / other.count]), Int(other[index % other.count]))
            sum += max(-Self.most.against, min(Self.most.for, weight))
            seen += 1
        }
        return sum / seen > -Self.credit * (1 - 1 / Float(all).squareRoot())
    }

    private mutating func merge(_ a: Int32, _ b: Int32) {
        let (large, small) = members[Int(a)].count >= members[Int(b)].count ? (a, b) : (b, a)
        let joining = list(small)
        for record in joining { cluster[Int(record)] = large }
        if members[Int(large)].isEmpty { members[Int(large)] = [large] }
        members[Int(large)] += joining
        members[Int(small)] = []
    }

    private func list(_ cluster: Int32) -> [Int32] { members[Int(cluster)].isEmpty ? [cluster] : members[Int(cluster)] }
}
