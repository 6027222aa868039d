/// How common the values of a column are: the common ones by hash, all others alike. What few people have is in nobody's list.
public struct ValueFrequencies: Sendable, Hashable, Codable {
    public struct Common: Sendable, Hashable, Codable {
        public var hash: UInt64
        public var share: Double
    }

    /// The chance that two records agree.
    public var agreement: Double
    /// The share of records that have a value which is not listed.
    public var rest: Double
    /// By hash.
    public var common: [Common]

    /// Values listed, and how many records must have one: a list of values is no list of people.
    private static let listed = 1_000
    private static let least = 5

    init(agreement: Double, rest: Double, common: [Common] = []) {
        self.agreement = agreement
        self.rest = rest
        self.common = common
    }

    init(_ column: Column) {
        let counts = (0..<Int32(column.pool.count)).map {
            (hash: column.pool.with($0, TextPool.hash), count: Int(column.counts[Int($0)]))
        }
        self.init(counts, records: column.filled)
    }

    init(_ words: Words, records: Int) {
        let counts = (0..<Int32(words.pool.count)).map {
            (hash: words.pool.with($0, TextPool.hash), count: Int(words.documents[Int($0)]))
        }
        self.init(counts, records: records)
    }

    private init(_ counts: [(hash: UInt64, count: Int)], records: Int) {
        let all = Double(max(1, records))
        let ranked = counts.filter { $0.count >= Self.least }.sorted { ($1.count, $0.hash) < ($0.count, $1.hash) }
        let common = ranked.prefix(Self.listed)
        let others = counts.count - common.count
        let left = counts.reduce(0) { $0 + $1.count } - common.reduce(0) { $0 + $1.count }
        agreement = counts.reduce(0) { $0 + Double($1.count * $1.count) } / (all * all)
        rest = max(1, Double(left)) / Double(max(1, others)) / all
        self.common = common.map { Common(hash: $0.hash, share: Double($0.count) / all) }.sorted { $0.hash < $1.hash }
    }
}
