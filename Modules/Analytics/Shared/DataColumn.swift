/// A column: each distinct value once, and a code a row.
///
/// Values are trimmed of spaces at their ends. What is asked of a value (is it a number, which moment is it?) is so asked
/// once a value, not once a row.
public struct DataColumn: Sendable {
    public let name: String
    /// The place in its file, from 1.
    public let number: Int
    /// The distinct values, in the order in which they come.
    public let values: [String]
    /// An index into `values` for each row.
    public let codes: [Int32]

    public var count: Int { codes.count }

    public subscript(row: Int) -> String { values[Int(codes[row])] }

    public init(name: String, number: Int = 0, values: [String], codes: [Int32]) {
        self.name = name
        self.number = number
        self.values = values
        self.codes = codes
    }

    public init(name: String, number: Int = 0, rows: some Sequence<String>) {
        var builder = Builder(name: name, number: number)
        for row in rows { builder.append(row) }
        self = builder.column
    }

    struct Builder {
        let name: String
        let number: Int
        private var index: [String: Int32] = [:]
        private var values: [String] = []
        private var codes: [Int32] = []

        init(name: String, number: Int) {
            self.name = name
            self.number = number
        }

        mutating func append(_ text: String) {
            let text = Self.trimmed(text)
            if let code = index[text] {
                codes.append(code)
            } else {
                let code = Int32(values.count)
                index[text] = code
                values.append(text)
                codes.append(code)
            }
        }

        var column: DataColumn { DataColumn(name: name, number: number, values: values, codes: codes) }

        private static func trimmed(_ text: String) -> String {
            let bytes = text.utf8
            guard let first = bytes.first, let last = bytes.last, first <= 0x20 || last <= 0x20 else { return text }
            let rest = bytes.drop { $0 <= 0x20 }
            guard let end = rest.lastIndex(where: { $0 > 0x20 }) else { return "" }
            return String(rest[...end]) ?? text
        }
    }
}
