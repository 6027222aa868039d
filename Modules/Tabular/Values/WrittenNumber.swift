/// A number as somebody wrote it: what stands before and after its digits, and the digits with their marks.
struct WrittenNumber {
    private(set) var isNegative = false
    /// Digits, `.`, `,`, and a space for whatever else groups thousands.
    private var body: [Character] = []

    /// `nil` where the text is no number or more than one.
    init?(_ text: String) {
        // Whether what follows stands behind the number; whether a dash stood for its cents.
        var (isOver, hasDash) = (false, false)
        var gap = false
        var before: Character = " "
        for character in text {
            defer { before = character }
            switch character {
            case "0"..."9" where character.isASCII:
                // Digits after a currency, a unit or a dash would be a second number.
                guard !isOver else { return nil }
                if gap { body.append(" ") }
                gap = false
                body.append(character)
            case ".", ",":
                // `Rs. 500`, `500 kr.`
                if before.isLetter, isOver || body.isEmpty { continue }
                guard !isOver, !gap else { return nil }
                body.append(character)
            case "'", "’", " ", "\u{A0}", "\u{202F}": gap = !body.isEmpty && !isOver
            case "-", "−", "–", "—":
                if hasDash { continue }
                if !body.isEmpty, before == "." || before == "," {
                    body.removeLast()
                    (isOver, hasDash) = (true, true)
                    continue
                }
                guard !isNegative else { return nil }
                isNegative = true
                isOver = !body.isEmpty
            case "(":
                guard body.isEmpty, !isNegative else { return nil }
                isNegative = true
            case "+": guard body.isEmpty else { return nil }
            case ")", "%": isOver = !body.isEmpty
            default:
                guard character.isLetter || character.isCurrencySymbol else { return nil }
                isOver = !body.isEmpty
            }
        }
        guard body.contains(where: \.isNumber) else { return nil }
    }

    /// The digits before and after the decimal mark; `nil` where what groups them does not.
    func parts(decimal: Character?) -> (whole: String, fraction: String)? {
        let point = decimal ?? guessedPoint
        let parts = body.split(separator: point, omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count) else { return nil }
        let fraction = parts.count == 2 ? parts[1] : []
        guard fraction.allSatisfy(\.isNumber), let whole = Self.ungrouped(parts[0]) else { return nil }
        return (whole, String(fraction))
    }

    private var guessedPoint: Character {
        let marks = body.filter { $0 == "." || $0 == "," }
        guard let last = marks.last else { return "." }
        if marks.contains(".") { return marks.contains(",") ? last : "." }
        // `1,234` is grouped, `12,50` cannot be.
        return marks.count == 1 && Self.ungrouped(body[...]) == nil ? "," : "."
    }

    /// Thousands in threes, with one mark throughout; or as India groups them, in twos before the last three.
    private static func ungrouped(_ digits: ArraySlice<Character>) -> String? {
        guard let mark = digits.first(where: { !$0.isNumber }) else { return String(digits) }
        let groups = digits.split(separator: mark, omittingEmptySubsequences: false)
        guard groups.allSatisfy({ $0.allSatisfy(\.isNumber) }), groups[0].count >= 1, groups[0].count <= 3,
            groups.last?.count == 3
        else { return nil }
        let inner = Set(groups.dropFirst().dropLast().map(\.count))
        guard inner.isEmpty || inner == [3] || inner == [2] && groups[0].count <= 2 else { return nil }
        return String(groups.joined())
    }
}
