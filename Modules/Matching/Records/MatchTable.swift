/// Records ready to be compared: a column of numbers for everything that is compared, with its kind.
struct MatchTable: Sendable {
    var columns: [Column]
    var count: Int
    var files: [UInt8]
    /// Every column that was read, with the kind that was guessed or stated.
    var kinds: [(name: String, kind: ColumnKind)]
    /// Where no column tells records apart: each record's first like in all of them.
    private(set) var identical: [Int32]?

    /// Columns compared at most: a pattern of levels is one 64-bit number.
    static let most = 16

    /// - Parameter stated: kinds by column name, where somebody knows better than a guess.
    init(_ records: consuming MatchRecords, stated: [String: ColumnKind]) {
        count = records.count
        files = records.files
        columns = []
        kinds = []
        let samples = records.columns.indices.map { records.sample($0) }
        var serial: Set<Int> = []
        for (index, name) in records.columns.enumerated() {
            var kind = stated[name] ?? ColumnKind.guess(samples[index])
            if stated[name] == nil, Self.isUnique(records, index, kind) {
                kind = .ignored
                serial.insert(index)
            }
            kinds.append((name, kind))
        }
        if kinds.allSatisfy({ $0.kind == .ignored }) {
            identical = records.alike(
                in: records.columns.indices.filter {
                    !serial.contains($0) && stated[records.columns[$0]] == nil
                })
        }
        for index in records.columns.indices {
            let (name, kind) = kinds[index]
            let sample = samples[index]
            guard kind != .ignored else {
                records.release(index)
                continue
            }
            let words = sample.values.reduce(0) { $0 + $1.split(separator: 0x20).count }
            let isWordy =
                kind == .address || kind == .text || kind == .name && Double(words) > 1.45 * Double(max(1, sample.values.count))
            let column = Column(name: name, kind: kind, isWordy: isWordy, dayFirst: ColumnKind.dayFirst(sample.values) ?? true)
            column.fill(records.pools[index], records.codes[index])
            records.release(index)
            columns.append(column)
        }
        limit()
    }

    /// A number or code that no two records share tells nothing about who is the same.
    private static func isUnique(_ records: borrowing MatchRecords, _ index: Int, _ kind: ColumnKind) -> Bool {
        guard kind == .number || kind == .postcode else { return false }
        let filled = records.codes[index].reduce(0) { $0 + ($1 >= 0 ? 1 : 0) }
        return records.count > 20 && filled == records.pools[index].count && filled * 10 > records.count * 9
    }

    /// Keeps the columns that say most: filled ones of many values.
    private mutating func limit() {
        guard columns.count > Self.most else { return }
        func worth(_ column: Column) -> Double {
            let fill = Double(column.filled) / Double(max(1, count))
            var same = 0.0
            for code in column.counts.indices {
                let share = column.frequency(Int32(code))
                same += share * share
            }
            return fill * fill * (1 - same) + (column.isWordy ? 0.001 : 0)
        }
        let ranked = columns.indices.sorted { (worth(columns[$0]), $1) > (worth(columns[$1]), $0) }.prefix(Self.most)
        let kept = Set(ranked)
        for index in columns.indices where !kept.contains(index) {
            if let at = kinds.firstIndex(where: { $0.name == columns[index].name }) { kinds[at].kind = .ignored }
        }
        columns = columns.indices.filter(kept.contains).map { columns[$0] }
    }
}
