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
            putHead(numbers.count, hasNull: false, of: Self.int8)
            for number in numbers {
                put(Int32(8))
                put(number)
            }
            close(from: start, type: 1016, letter: "I")
        case .texts(let texts):
            putHead(texts.count, hasNull: false, of: Self.text)
            for text in texts {
                put(Int32(text.utf8.count))
                try put(text)
            }
            close(from: start, type: 1009, letter: "T")
        }
    }

    /// Appends one column of many rows as an array. Returns its element's type, or `nil`, appending nothing, where every
    /// value is NULL.
    mutating func append(_ column: PostgresColumns.Column, count: Int) -> String? {
        let types: [Character: (array: Oid, element: Oid, name: String)] = [
            "I": (1016, Self.int8, "bigint"), "T": (1009, Self.text, "text"), "B": (1001, Self.bytea, "bytea"),
        ]
        guard let letter = column.letter, let type = types[letter] else { return nil }
        let start = buffer.count
        putHead(count, hasNull: column.hasNull, of: type.element)
        buffer += column.elements
        close(from: start, type: type.array, letter: letter)
        return type.name
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

    /// The head of the binary form of a one-dimensional array (array_recv in the server's arrayfuncs.c).
    private mutating func putHead(_ count: Int, hasNull: Bool, of type: Oid) {
        put(Int32(count == 0 ? 0 : 1))
        put(Int32(hasNull ? 1 : 0))
        put(Int32(bitPattern: type))
        guard count > 0 else { return }
        put(Int32(count))
        put(Int32(1))
    }
}
