import RapportCore
import RapportStorage

/// A read-only view of the database for those who bring their own tools: names that stay, readable times and money, nothing of
/// erased or anonymous people, no secrets, no addresses.
public struct HouseView: Sendable {
    public struct Column: Sendable, Hashable {
        public var name: String
        /// What it means, without a full stop.
        public var meaning: String

        init(_ name: String, _ meaning: String) {
            self.name = name
            self.meaning = meaning
        }
    }

    public let name: String
    /// What a row is.
    public let row: String
    public let columns: [Column]
    /// The query, by dialect; what it selects is in the order of `columns`.
    let query: @Sendable (ViewDialect) -> String

    func statement(_ dialect: ViewDialect) -> String {
        "CREATE VIEW \(name) (\(columns.map { dialect.quoted($0.name) }.joined(separator: ", "))) AS\n\(query(dialect))"
    }
}

/// How each database says what the common subset leaves to Swift.
struct ViewDialect: Sendable {
    let dialect: Dialect

    func quoted(_ name: String) -> String { "\"\(name)\"" }

    /// A moment: RFC 3339 text on SQLite, `timestamptz` on PostgreSQL.
    func time(_ milliseconds: String) -> String {
        switch dialect {
        case .sqlite: "strftime('%Y-%m-%dT%H:%M:%fZ', \(milliseconds) / 1000.0, 'unixepoch')"
        case .postgres: "to_timestamp((\(milliseconds)) / 1000.0)"
        }
    }

    /// The same, of 0: none.
    func timeOrNone(_ milliseconds: String) -> String { "CASE WHEN \(milliseconds) <> 0 THEN \(time(milliseconds)) END" }

    func day(_ days: String) -> String {
        switch dialect {
        case .sqlite: "date((\(days)) * 86400, 'unixepoch')"
        case .postgres: "DATE '1970-01-01' + (\(days))::integer"
        }
    }

    /// An integer of the last of so many decimals as a number.
    func decimal(_ number: String, _ digits: Int) -> String {
        let one = "1" + String(repeating: "0", count: digits)
        return switch dialect {
        case .sqlite: "\(number) / \(one).0"
        case .postgres: "(\(number))::numeric / \(one)"
        }
    }

    /// Minor units in the currency's unit.
    func money(_ minor: String, _ currency: String) -> String {
        let others = Self.exponents.map { "WHEN \($0.code) THEN \(decimal(minor, $0.digits))" }.joined(separator: " ")
        return "CASE \(currency) \(others) ELSE \(decimal(minor, 2)) END"
    }

    /// ISO 4217, as `Currency.exponent` has it.
    private static let exponents: [(code: String, digits: Int)] = {
        let codes = [
            "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF",
            "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND", "CLF", "UYW",
        ]
        return codes.map { ("'\($0)'", Currency.exponent(of: $0)) }
    }()

    func flag(_ number: String) -> String {
        switch dialect {
        case .sqlite: number
        case .postgres: "(\(number) <> 0)"
        }
    }

    /// A number of a table of words, counted from 0, in words.
    func word(_ number: String, _ words: [String]) -> String {
        "CASE \(number) " + words.enumerated().map { "WHEN \($0.offset) THEN '\($0.element)'" }.joined(separator: " ") + " END"
    }

    /// The number of the kind called `name`.
    func kind(_ name: String) -> String { "(SELECT id FROM kinds WHERE name = '\(name)')" }
}
