import RapportCore
public import RapportTabular

extension DataColumn {
    /// What each distinct value is as a number; `nil` where it is none. A missing value is `nil` too.
    ///
    /// - Parameter format: how numbers are written; guessed from the values without.
    public func numbers(_ format: NumberFormat? = nil) -> [Double?] {
        let format = format ?? NumberFormat(decimal: usesComma ? "," : nil)
        let isPlain = format.decimal == nil || format.decimal == "."
        return values.map { text in
            if isPlain, let number = Self.plain(text) { return number }
            if Self.isMissing(text) { return nil }
            guard text.utf8.contains(where: { (0x30...0x39).contains($0) }), text.utf8.count <= 40 else { return nil }
            switch format.number(text) {
            case .integer(let number): return Double(number)
            case .decimal(let literal): return Double(literal)
            default: return nil
            }
        }
    }

    /// - Throws: `Problem` `data.several_currencies` where amounts name more than one currency, which cannot be added up.
    func refuseSeveralCurrencies(in path: String) throws {
        let named = Set(values.compactMap(NumberFormat.currency)).sorted()
        guard named.count > 1 else { return }
        throw Problem(
            "data.several_currencies", "its amounts are in \(named.joined(separator: ", "))",
            at: Problem.Place(file: path, path: name),
            remedy: "Convert them into one currency, or name another column")
    }

    /// The words with which tables say that there is no value.
    public static func isMissing(_ text: String) -> Bool {
        guard let first = text.utf8.first else { return true }
        // None of the words begins with a digit, and most values do.
        guard !(0x30...0x39).contains(first), text.utf8.count <= 7 else { return false }
        return missingWords.contains(text.lowercased())
    }

    private static let missingWords: Set<String> = [
        "na", "n/a", "nan", "null", "nil", "none", "-", "?", "#n/a", "\\n", "missing",
    ]

    /// Whether a comma separates decimals: it does where some value has it last and not before three digits.
    private var usesComma: Bool {
        for value in values {
            guard let mark = value.utf8.lastIndex(where: { $0 == 0x2C || $0 == 0x2E }) else { continue }
            let digits = value.utf8[value.utf8.index(after: mark)...].prefix { (0x30...0x39).contains($0) }.count
            // A group of thousands never follows a zero: 0,125.
            if digits == 3, value.utf8[..<mark].elementsEqual([0x30]) { return value.utf8[mark] == 0x2C }
            if value.utf8[mark] == 0x2E {
                if digits != 3 { return false }
            } else if digits != 3, digits > 0 {
                return true
            }
        }
        return false
    }

    /// `-12`, `12.50`, `.5`, `1e3`: as programs write numbers.
    private static func plain(_ text: String) -> Double? {
        var digits = 0
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39: digits += 1
            case 0x2B, 0x2D, 0x2E, 0x45, 0x65: break
            default: return nil
            }
        }
        guard digits > 0, let number = Double(text), number.isFinite else { return nil }
        return number
    }
}
