public import RapportCore

/// A value bound to a statement.
public enum SQLValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case text(String)
    case bytes([UInt8])
    /// A list bound as one parameter, for `IN`.
    case integers([Int64])
    case texts([String])

    public static func integer(_ value: Int64?) -> SQLValue { value.map { .integer($0) } ?? .null }
    public static func text(_ value: String?) -> SQLValue { value.map { .text($0) } ?? .null }
    public static func time(_ value: Timestamp?) -> SQLValue { value.map { .integer($0.milliseconds) } ?? .null }
    public static func bool(_ value: Bool) -> SQLValue { .integer(value ? 1 : 0) }
}

/// A statement written as text with values interpolated: each `\(value)` becomes a bound parameter, never text.
///
///     try db.all("SELECT id FROM people WHERE partition = \(partition) AND id IN \(list: ids)") { $0.integer(0) }
public struct SQL: Sendable, ExpressibleByStringInterpolation {
    /// The pieces of text between parameters: always one more than there are values.
    public private(set) var pieces: [String]
    public private(set) var values: [SQLValue]

    public init(stringLiteral text: String) {
        pieces = [text]
        values = []
    }

    public init(stringInterpolation: StringInterpolation) {
        pieces = stringInterpolation.pieces
        values = stringInterpolation.values
    }

    public struct StringInterpolation: StringInterpolationProtocol {
        var pieces: [String] = [""]
        var values: [SQLValue] = []

        public init(literalCapacity: Int, interpolationCount: Int) {}

        public mutating func appendLiteral(_ text: String) { pieces[pieces.count - 1] += text }

        public mutating func appendInterpolation(_ value: SQLValue) {
            values.append(value)
            pieces.append("")
        }
        public mutating func appendInterpolation(_ value: Int64?) { appendInterpolation(SQLValue.integer(value)) }
        public mutating func appendInterpolation(_ value: Int?) { appendInterpolation(SQLValue.integer(value.map(Int64.init))) }
        public mutating func appendInterpolation(_ value: Bool) { appendInterpolation(SQLValue.bool(value)) }
        public mutating func appendInterpolation(_ value: String?) { appendInterpolation(SQLValue.text(value)) }
        public mutating func appendInterpolation(_ value: [UInt8]?) {
            appendInterpolation(value.map { SQLValue.bytes($0) } ?? .null)
        }
        public mutating func appendInterpolation(_ value: Timestamp?) { appendInterpolation(SQLValue.time(value)) }
        /// A list as one parameter: `IN \(list: ids)`, without parentheses.
        public mutating func appendInterpolation(list: [Int64]) { appendInterpolation(SQLValue.integers(list)) }
        public mutating func appendInterpolation(list: [String]) { appendInterpolation(SQLValue.texts(list)) }
        /// Text that becomes part of the statement: only for names and text that Rapport itself made.
        public mutating func appendInterpolation(raw text: String) { appendLiteral(text) }
        /// Another statement, its values kept bound.
        public mutating func appendInterpolation(_ other: SQL) {
            for (index, piece) in other.pieces.enumerated() {
                appendLiteral(piece)
                if index < other.values.count { appendInterpolation(other.values[index]) }
            }
        }
    }

    public static func + (left: SQL, right: SQL) -> SQL { "\(left)\(right)" }

    /// The statement's text for a dialect: `?` or `$n`, with lists as one parameter each.
    public func text(for dialect: Dialect) -> String {
        guard !values.isEmpty else { return pieces[0] }
        var out = pieces[0]
        for (index, value) in values.enumerated() {
            switch (dialect, value) {
            case (.sqlite, .integers), (.sqlite, .texts): out += "(SELECT value FROM json_each(?))"
            case (.sqlite, _): out += "?"
            case (.postgres, .integers): out += "(SELECT unnest($\(index + 1)::bigint[]))"
            case (.postgres, .texts): out += "(SELECT unnest($\(index + 1)::text[]) COLLATE \"C\")"
            case (.postgres, _): out += "$\(index + 1)"
            }
            out += pieces[index + 1]
        }
        return out
    }
}
