/// What the values of a column have in common, to tell whether one more value is one of them or their name.
struct ColumnProfile {
    private(set) var filled = 0
    private var strong = 0
    private var values: [String: Int] = [:]
    private var shapes: [String: Int] = [:]
    private var shortest = Int.max

    init(_ body: [SampleRow], _ column: Int) {
        for row in body where column < row.width && row.kinds[column] != .empty {
            let text = row.fields[column]
            filled += 1
            if row.kinds[column].isStrong { strong += 1 }
            values[text, default: 0] += 1
            shapes[Self.shape(text), default: 0] += 1
            shortest = min(shortest, text.utf8.count)
        }
    }

    /// Above 0: `text` names the column; below: it is one of its values.
    func vote(on text: String, _ kind: CellKind) -> Double {
        if strong * 10 >= filled * 8 {
            if kind.isStrong { return Self.isYear(text) ? -0.5 : -3 }
            // A sign that a value is missing stands in a column of numbers, and names none.
            return Self.means.contains(text.lowercased()) ? -1 : 2
        }
        if kind.isStrong { return Self.isYear(text) ? 0 : -2 }
        let shape = Self.shape(text)
        // Values that come again and again: a name is none of them.
        if filled >= 4, values.count * 2 <= filled { return values[text] == nil ? 1 : -2 }
        if let usual = shapes.max(by: { ($0.value, $0.key) < ($1.value, $1.key) }), usual.value * 10 >= filled * 8, filled >= 3,
            usual.key.contains("9") || usual.key.contains(where: { !$0.isLetter && $0 != " " })
        {
            return usual.key == shape ? -1.5 : 1
        }
        if values[text] != nil { return -0.5 }
        if text.utf8.count * 2 <= shortest, filled >= 3 { return 0.75 }
        return text.utf8.count < shortest && filled >= 3 ? 0.4 : 0
    }

    /// Columns named by years are common: 2019, 2020, 2021.
    private static func isYear(_ text: String) -> Bool { text.utf8.count == 4 && (1_900...2_100).contains(Int(text) ?? 0) }

    private static let means: Set<String> = ["n/a", "na", "null", "none", "-", "--", "?", "nan", "missing", "unknown", "x", "."]

    /// `A-1023` is `a-9`, `HRB 77` is `a 9`: runs of letters and of digits as one character each.
    private static func shape(_ text: String) -> String {
        var out = ""
        var last: Character = "\0"
        for scalar in text.unicodeScalars.prefix(60) {
            let next: Character =
                scalar.properties.isAlphabetic ? "a" : ("0"..."9").contains(scalar) ? "9" : Character(scalar)
            if next != last || (next != "a" && next != "9") { out.append(next) }
            last = next
        }
        return out
    }
}
