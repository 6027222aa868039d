import RapportCore
import RapportPluginKit
import RapportTabular

/// The columns of a stream by name. Names are compared folded, without spaces, underscores and hyphens: `First Name` finds
/// `first_name`.
struct ColumnIndex {
    let names: [String]
    private let places: [String: Int]
    /// The columns that will be asked for, as the mapping writes them: those that are there.
    private let wanted: [String: Int?]

    /// - Parameter mapping: whose columns will be asked for.
    init(_ names: [String], for mapping: Mapping?) {
        self.names = names
        let places = Dictionary(names.enumerated().map { (Self.key($0.element), $0.offset) }) { first, _ in first }
        self.places = places
        wanted = Dictionary((mapping?.columns ?? []).map { ($0, places[Self.key($0)]) }) { first, _ in first }
    }

    subscript(name: String) -> Int? { wanted[name] ?? places[Self.key(name)] }

    /// What to say of columns that a mapping reads and a source does not have.
    static func missing(_ columns: Set<String>, among names: [String]) -> [Problem] {
        columns.sorted().map { column in
            let nearest = Spelling.nearest(to: column, in: names)
            return Problem(
                "import.no_column", "no record has a column \"\(column)\"", at: .init(path: column),
                remedy: nearest.map { "Did you mean \"\($0)\"?" } ?? "There are \(names.prefix(20).joined(separator: ", "))")
        }
    }

    static func key(_ name: String) -> String { Text.folded(name).filter { !" _-".contains($0) } }
}

/// A record with its columns found.
struct MappedRow {
    let record: SourceRecord
    let columns: ColumnIndex

    /// The value of a column; `nil` where it is empty or not there.
    func value(_ column: String) -> JSONValue? {
        guard let index = columns[column], index < record.values.count else { return nil }
        switch record.values[index] {
        case .null: return nil
        case .string(let text) where text.isEmpty: return nil
        case let value: return value
        }
    }
}

extension ValueRule {
    /// The value that the rule makes of a record; `nil` where there is none.
    ///
    /// - Throws: `Problem` with a code that starts with `import.`.
    func value(of row: MappedRow) throws -> JSONValue? {
        if let condition, try !condition.holds(for: row) { return nil }
        var value: JSONValue?
        switch origin {
        case .column(let name): value = row.value(name)
        case .constant(let constant): return constant
        case .concatenation(let parts, let separator):
            let texts = try parts.compactMap { try $0.value(of: row)?.scalarText }
            value = texts.isEmpty ? nil : .string(texts.joined(separator: separator))
        case .first(let parts):
            for part in parts where value == nil { value = try part.value(of: row) }
        }
        if !keepsSpaces, case .string(let text) = value { value = Self.trimmed(text) }
        guard var value else {
            if isRequired { throw Problem("import.missing", "there is no value") }
            return nil
        }
        for step in steps {
            guard let next = try step.apply(to: value) else { return nil }
            value = next
        }
        return value
    }

    private static func trimmed(_ text: String) -> JSONValue? {
        let utf8 = text.utf8
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }
        guard let first = utf8.first, let last = utf8.last else { return nil }
        // Non-breaking spaces come from web pages and spreadsheets.
        if !isSpace(first), !isSpace(last), first != 0xC2, last != 0xA0 { return .string(text) }
        var view = Substring(text)
        while let first = view.first, first.isWhitespace { view.removeFirst() }
        while let last = view.last, last.isWhitespace { view.removeLast() }
        return view.isEmpty ? nil : .string(String(view))
    }
}

extension ValueRule.Step {
    private static let howWritten = "Correct the row, or say in the mapping how it is written"

    func apply(to value: JSONValue) throws -> JSONValue? {
        let text = value.scalarText ?? value.text
        switch self {
        case .lower: return .string(text.lowercased())
        case .upper: return .string(text.uppercased())
        case .part(let separator, let number):
            let parts = text.split(separator: separator, omittingEmptySubsequences: false)
            let index = number > 0 ? number - 1 : parts.count + number
            guard parts.indices.contains(index) else { return nil }
            let part = parts[index].drop(while: \.isWhitespace)
            return part.isEmpty ? nil : .string(String(part))
        case .table(let table, let otherwise):
            if let found = table[Text.folded(text)] { return found.isNull ? nil : found }
            switch otherwise {
            case .keep: return value
            case .value(let value): return value.isNull ? nil : value
            case .refuse:
                throw Problem(
                    "import.unknown_value", "\"\(text)\" is not in the table of values",
                    remedy: "Add it to the mapping's values, or say else: keep")
            }
        case .date(let format):
            guard let date = format.date(text) else {
                throw Problem("import.bad_date", "\"\(text)\" is no date written \(format.text)", remedy: Self.howWritten)
            }
            return .string(date)
        case .time(let format, let zone):
            guard let time = format.timestamp(text, zone: zone) else {
                throw Problem("import.bad_date", "\"\(text)\" is no time written \(format.text)", remedy: Self.howWritten)
            }
            return .string(time.rfc3339)
        case .number(let format):
            // A number of JSON is one already, however it is written: 1e3.
            if case .decimal = value, format.minorDigits == 0, !format.isWhole { return value }
            guard let number = format.number(text) else {
                throw Problem("import.bad_number", "\"\(text)\" is no number", remedy: Self.howWritten)
            }
            return number
        case .flag:
            switch Text.folded(text) {
            case "1", "true", "yes", "y", "t", "x", "on", "ja", "oui", "si", "sí": return true
            case "0", "false", "no", "n", "f", "off", "nein", "non", "-": return false
            default:
                throw Problem(
                    "import.bad_flag", "\"\(text)\" is neither yes nor no",
                    remedy: "Translate it in the mapping: values: {\(text): yes}")
            }
        case .phone(let region):
            return .string(try Identifier.normalised(kind: "phone", value: text, region: region).value)
        }
    }
}

extension Condition {
    func holds(for row: MappedRow) throws -> Bool {
        switch self {
        case .isOneOf(let rule, let words):
            guard let text = try rule.value(of: row)?.scalarText else { return false }
            return words.contains(Text.folded(text))
        case .isFilled(let rule): return try rule.value(of: row) != nil
        case .not(let condition): return try !condition.holds(for: row)
        case .all(let conditions): return try conditions.allSatisfy { try $0.holds(for: row) }
        }
    }
}

extension JSONValue {
    /// Text, a number or a flag as text; `nil` for null, lists and objects.
    var scalarText: String? { plainText ?? bool.map { $0 ? "true" : "false" } }
}
