/// What was found in some rows that follow each other; rows are counted from 0 within it.
struct CheckedBatch: Sendable {
    var hits: [Hit] = []
    var blocks: [Block] = []
    var standings: [RowStanding] = []
    var files: [UInt8] = []
    var lines: [UInt32] = []
    /// 0 stands for none in all of these.
    var mails: [UInt64] = []
    var phones: [UInt64] = []
    var wholes: [UInt64] = []
    var ids: [UInt64] = []
    var firsts: [UInt64] = []
    var lasts: [UInt64] = []
    /// Every address: its row, column, domain by its place in `domains`, and whether it is the row's own.
    var mailCells: [MailCell] = []
    var domains: [String] = []
    var filled: [Int]
    var frequent: [FrequentValues]
    /// The fields by which rows are compared, row by row, without what stands for nothing.
    var compared: [String] = []
    var unjudgedPhones = 0

    struct MailCell: Sendable {
        var row: Int32
        var column: Int16
        var domain: Int32
        var isOwn: Bool
    }
}

/// Values that come so often that they cannot be missed: Misra and Gries (1982), with the row where each was first seen.
struct FrequentValues: Sendable {
    private(set) var counts: [UInt64: (count: Int, row: Int)] = [:]
    private let most = 64

    mutating func add(_ hash: UInt64, row: Int, count: Int = 1) {
        if let known = counts[hash] {
            counts[hash] = (known.count + count, min(known.row, row))
        } else if counts.count < most {
            counts[hash] = (count, row)
        } else {
            let least = min(count, counts.values.map(\.count).min() ?? 0)
            counts = counts.compactMapValues { $0.count > least ? ($0.count - least, $0.row) : nil }
            if count > least { counts[hash] = (count - least, row) }
        }
    }

    mutating func add(_ other: FrequentValues, from row: Int) {
        for (hash, value) in other.counts.sorted(by: { ($0.value.row, $0.key) < ($1.value.row, $1.key) }) {
            add(hash, row: value.row + row, count: value.count)
        }
    }
}
