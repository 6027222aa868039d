/// What stands in a text and is not seen: marks that came along with a copy, and characters that make a mail look other than it
/// is.
enum UnseenText {
    /// The text without white space at its ends and without marks that change nothing: soft hyphen, zero width space, direction
    /// marks and the like, as they come along with what is copied from a page.
    static func without(_ text: String) -> String {
        var scalars = text.unicodeScalars.filter { !marks.contains($0) }[...]
        while scalars.first?.properties.isWhitespace == true { scalars.removeFirst() }
        while scalars.last?.properties.isWhitespace == true { scalars.removeLast() }
        return String(scalars)
    }

    /// Whether a character turns the direction of what follows, is a control, a separator of lines or no character of anybody's
    /// script, looks empty, or carries a heap of marks.
    ///
    /// Source: Unicode Standard Annex 9, section 2, and Unicode Technical Report 36, section 2.
    static func deceives(_ scalars: String.UnicodeScalarView) -> Bool {
        var heap = 0
        for scalar in scalars {
            switch scalar.properties.generalCategory {
            case .control, .surrogate, .privateUse, .lineSeparator, .paragraphSeparator: return true
            // Joiners decide how letters of Persian and of Indian scripts look.
            case .format where scalar != "\u{200C}" && scalar != "\u{200D}": return true
            case .nonspacingMark where isVariationSelector(scalar): continue
            case .nonspacingMark, .enclosingMark:
                heap += 1
                if heap > mostMarks { return true }
                if fillers.contains(scalar) { return true }
                continue
            default: break
            }
            if fillers.contains(scalar) { return true }
            heap = 0
        }
        return false
    }

    /// Marks on one letter: Hebrew with points and accents has four.
    private static let mostMarks = 4

    private static func isVariationSelector(_ scalar: Unicode.Scalar) -> Bool {
        (0xFE00...0xFE0F).contains(scalar.value) || (0xE0100...0xE01EF).contains(scalar.value)
    }

    private static let marks: Set<Unicode.Scalar> = [
        "\u{AD}", "\u{34F}", "\u{61C}", "\u{180E}", "\u{200B}", "\u{200E}", "\u{200F}", "\u{2060}", "\u{FEFF}",
    ]

    /// Letters and symbols that look empty.
    private static let fillers: Set<Unicode.Scalar> = [
        "\u{115F}", "\u{1160}", "\u{17B4}", "\u{17B5}", "\u{2800}", "\u{3164}", "\u{FFA0}",
    ]
}
