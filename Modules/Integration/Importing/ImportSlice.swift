import RapportCore
import RapportStorage

/// What one transaction of an import put on the log: places, and the dedupe keys that a revert has to forget.
struct ImportSlice {
    static let keyLength = DedupeKey.length

    var number: Int64
    private(set) var added: [(ref: EventRef, key: [UInt8])]

    init(number: Int64, added: [(ref: EventRef, key: [UInt8])]) {
        self.number = number
        self.added = added.sorted { $0.ref < $1.ref }
    }

    init(_ row: Row) {
        let refs = PackedRefs.unpack(row.bytes(1))
        let keys = row.bytes(2)
        number = row.integer(0)
        added = refs.enumerated().map { index, ref in
            let start = index * Self.keyLength
            return (ref, start + Self.keyLength <= keys.count ? Array(keys[start..<start + Self.keyLength]) : [])
        }
    }

    /// The last slice of an import before `before`.
    static func last(of id: Int64, before: Int64, in db: Connection) throws -> ImportSlice? {
        try db.first(
            """
            SELECT slice, refs, keys FROM import_slices WHERE import = \(id) AND slice < \(before)
            ORDER BY import DESC, slice DESC LIMIT 1
            """, ImportSlice.init)
    }

    func insert(into id: Int64, in db: Connection) throws {
        try db.insert(
            into: "import_slices", ["import", "slice", "refs", "keys"],
            [[.integer(id), .integer(number), .bytes(PackedRefs.pack(added.map(\.ref))), .bytes(added.flatMap(\.key))]])
    }

    /// Replaces the row by what is left of it. Read it `FOR UPDATE` before, or what another transaction takes out comes back.
    func keep(_ isKept: (EventRef) -> Bool, of id: Int64, in db: Connection) throws {
        let left = added.filter { isKept($0.ref) }
        if left.isEmpty {
            try db.run("DELETE FROM import_slices WHERE import = \(id) AND slice = \(number)")
        } else {
            try db.run(
                """
                UPDATE import_slices SET refs = \(PackedRefs.pack(left.map(\.ref))), keys = \(left.flatMap(\.key))
                WHERE import = \(id) AND slice = \(number)
                """)
        }
    }
}
