import CPQ
import RapportCore

/// Values in PostgreSQL's binary format, ready to be bound.
struct PostgresParameters {
    // Numbers of types, fixed for ever in the server's catalogue (pg_type.dat).
    private static let int8: Oid = 20
    private static let text: Oid = 25
    private static let bytea: Oid = 17

    /// 0 leaves the type to the server, for NULL.
    private(set) var types: [Oid] = []
    /// A letter per parameter: statements are kept by text and types.
    private(set) var signature = ""
    private var buffer: [UInt8] = []
    /// Where each value begins; `nil` for NULL.
    private var starts: [Int?] = []
    private var lengths: [Int32] = []

    mutating func append(_ value: SQLValue) throws {
        let start = buffer.count
        switch value {
        case .null:
            close(from: nil, type: 0, letter: "n")
        case .integer(let number):
            put(number)
            close(from: start, type: Self.int8, letter: "i")
        case .text(let text):
            try put(text)
            close(from: start, type: Self.text, letter: "t")
        case .bytes(let bytes):
            buffer += bytes
            close(from: start, type: Self.bytea, letter: "b")
        case .integers(let numbers):
            try putArray(numbers.map { .integer($0) }, of: Self.int8)
            close(from: start, type: 1016, letter: "I")
        case .texts(let texts):
            try putArray(texts.map { .text($0) }, of: Self.text)
            close(from: start, type: 1009, letter: "T")
        }
    }

    /// Appends one column of many rows as an array. Returns its element's type, or `nil`, appending nothing, where every
    /// value is NULL.
    mutating func append(
        column: Int, of rows: ArraySlice<[SQLValue]>, width: Int, table: String
    ) throws -> String? {
        var values: [SQLValue] = []
        values.reserveCapacity(rows.count)
        var sample = SQLValue.null
        for row in rows {
            guard row.count == width else {
                throw Problem("database.statement", "a row for \(table) has \(row.count) values, not \(width)")
            }
            values.append(row[column])
            if sample == .null { sample = row[column] }
        }
        let start = buffer.count
        switch sample {
        case .integer:
            try putArray(values, of: Self.int8)
            close(from: start, type: 1016, letter: "I")
            return "bigint"
        case .text:
            try putArray(values, of: Self.text)
            close(from: start, type: 1009, letter: "T")
            return "text"
        case .bytes:
            try putArray(values, of: Self.bytea)
            close(from: start, type: 1001, letter: "B")
            return "bytea"
        case .null: return nil
        case .integers, .texts: throw Problem("database.statement", "a list is no value for a column of \(table)")
        }
    }

    /// Calls `body` with the count, the values, their lengths and their formats.
    func withPointers<Result>(
        _ body: (Int32, UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<Int32>, UnsafePointer<Int32>) -> Result
    ) -> Result {
        // A byte more, so that an empty value at the end has an address too.
        let bytes = buffer + [0]
        let formats = [Int32](repeating: 1, count: starts.count)
        return bytes.withUnsafeBytes { raw in
            let base = raw.baseAddress?.assumingMemoryBound(to: CChar.self)
            let values = starts.map { start -> UnsafePointer<CChar>? in start.flatMap { base?.advanced(by: $0) } }
            return body(Int32(starts.count), values, lengths, formats)
        }
    }

    private mutating func close(from start: Int?, type: Oid, letter: Character) {
        starts.append(start)
        lengths.append(Int32(start.map { buffer.count - $0 } ?? 0))
        types.append(type)
        signature.append(letter)
    }

    private mutating func put(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.bigEndian) { buffer.append(contentsOf: $0) }
    }

    private mutating func put(_ text: String) throws {
        try text.checkForDatabase()
        buffer.append(contentsOf: text.utf8)
    }

    /// The binary form of a one-dimensional array (array_recv in the server's arrayfuncs.c).
    private mutating func putArray(_ values: [SQLValue], of type: Oid) throws {
        let hasNull = values.contains(.null)
        put(Int32(values.isEmpty ? 0 : 1))
        put(Int32(hasNull ? 1 : 0))
        put(Int32(bitPattern: type))
        guard !values.isEmpty else { return }
        put(Int32(values.count))
        put(Int32(1))
        for value in values {
            switch (value, type) {
            case (.null, _): put(Int32(-1))
            case (.integer(let number), Self.int8):
                put(Int32(8))
                put(number)
            case (.text(let text), Self.text):
                put(Int32(text.utf8.count))
                try put(text)
            case (.bytes(let bytes), Self.bytea):
                put(Int32(bytes.count))
                buffer += bytes
            default: throw Problem("database.statement", "the values of one column are of different types")
            }
        }
    }
}
