extension Matcher {
    /// Where each record was put.
    public struct Answer: Sendable, Hashable {
        /// The record's cluster: clusters are numbered from 1 in the order of their first records.
        public var cluster: [Int]
        /// How likely it is that the record is where it was put: with the one it fits best, or apart from all others.
        public var probability: [Double]
        /// How many clusters have more than one record, and how many records those have.
        public var duplicated: (clusters: Int, records: Int) {
            var sizes: [Int: Int] = [:]
            for number in cluster { sizes[number, default: 0] += 1 }
            let many = sizes.values.filter { $0 > 1 }
            return (many.count, many.reduce(0, +))
        }
        /// Whether records of one list were kept apart.
        public var isOneToOne: Bool
    }

    /// Gathers the records into clusters.
    ///
    /// - Parameter oneToOne: whether records of one list are never one; `nil`: found out. It is assumed of each of several lists that
    ///   has hardly a duplicate of its own, where it keeps neighbours apart that resemble each other.
    public func answer(oneToOne: Bool? = nil) -> Answer {
        let lists = Set(files)
        var clusters = clusters(clean: oneToOne == true ? lists : [])
        var isOneToOne = oneToOne ?? false
        if oneToOne == nil, lists.count > 1 {
            let clean = lists.filter { isClean($0, clusters) }
            if !clean.isEmpty { clusters = self.clusters(clean: clean) }
            isOneToOne = lists.count == 2 && clean == lists
        }
        var numbers: [Int32: Int] = [:]
        var named: [Int] = []
        for name in clusters {
            let number = numbers[name] ?? numbers.count + 1
            numbers[name] = number
            named.append(number)
        }
        return Answer(cluster: named, probability: probabilities(named), isOneToOne: isOneToOne)
    }

    /// Whether hardly a record of a list shares its cluster with another of the same list.
    private func isClean(_ list: UInt8, _ clusters: [Int32]) -> Bool {
        var seen: Set<Int32> = []
        let own = clusters.indices.filter { files[$0] == list }
        let double = own.count { !seen.insert(clusters[$0]).inserted }
        return double * 100 < own.count
    }

    private func probabilities(_ clusters: [Int]) -> [Double] {
        var within = [Float](repeating: -.infinity, count: count)
        var beyond = within
        for link in links {
            let (a, b) = (Int(link.first), Int(link.second))
            if clusters[a] == clusters[b] {
                within[a] = max(within[a], link.weight)
                within[b] = max(within[b], link.weight)
            } else {
                beyond[a] = max(beyond[a], link.weight)
                beyond[b] = max(beyond[b], link.weight)
            }
        }
        var size = [Int](repeating: 0, count: count + 1)
        for cluster in clusters { size[cluster] += 1 }
        return (0..<count).map { record in
            if isLiteral { return size[clusters[record]] > 1 ? 0.99 : 1 }
            if size[clusters[record]] > 1 { return Link.probability(Double(within[record])) }
            return 1 - Link.probability(Double(beyond[record]))
        }
    }
}
