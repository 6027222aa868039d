public import RapportCore

/// A dedupe key as the table keeps it.
struct DedupeColumns: Hashable, Comparable {
    var high: Int64
    var low: Int64

    init(high: Int64, low: Int64) {
        self.high = high
        self.low = low
    }

    /// - Parameter key: 16 bytes, the most significant first.
    init(_ key: [UInt8]) {
        func number(_ bytes: ArraySlice<UInt8>) -> Int64 {
            Int64(bitPattern: bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
        }
        self.init(high: number(key.prefix(8)), low: number(key.dropFirst(8).prefix(8)))
    }

    static func < (left: DedupeColumns, right: DedupeColumns) -> Bool { (left.high, left.low) < (right.high, right.low) }
}

extension Door {
    /// Forgets dedupe keys: what has them may come again. For what takes events away from the log.
    ///
    /// - Parameter events: the keys that they came with, and the places that the door gave them: what restates a thing shares
    ///   the first half of its key with all that was said of it.
    public static func forget(_ events: [(ref: EventRef, key: [UInt8])], in db: Connection) throws {
        for (ref, key) in events.map({ ($0.ref, DedupeColumns($0.key)) }).sorted(by: { $0.1 < $1.1 }) {
            try db.run(
                """
                DELETE FROM dedupe
                WHERE high = \(key.high) AND partition = \(ref.partition) AND position = \(ref.position)
                """)
        }
    }
}
