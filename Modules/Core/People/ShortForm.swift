/// Whether a text is another one cut short: `J. Smith` of `John Smith`, `Acme` of `Acme Ltd`, `Hauptstr. 5` of `Hauptstraße 5`.
///
/// Each word of the short text stands, in order, for a word of the fuller one: the same word, its initial, or its beginning with a
/// dot behind it. A word that merely begins alike is another word: Ann is not Anna. A short form always has fewer letters than
/// what it is short for, so there are no circles.
public enum ShortForm {
    private struct Word {
        var text: Substring
        var hasDot: Bool
    }

    public static func isShort(_ short: String, of full: String) -> Bool {
        let (few, many) = (words(Text.folded(short)), words(Text.folded(full)))
        guard !many.isEmpty else { return false }
        var place = 0
        var isShorter = few.count < many.count
        for word in few {
            guard let found = many[place...].firstIndex(where: { stands(word, for: $0.text) }) else { return false }
            if word.text.utf8.count < many[found].text.utf8.count { isShorter = true }
            place = found + 1
        }
        return isShorter
    }

    private static func stands(_ word: Word, for other: Substring) -> Bool {
        if word.text == other { return true }
        let isInitial = word.text.count == 1 && word.text.first?.isLetter == true
        return (isInitial || word.hasDot) && other.hasPrefix(word.text)
    }

    private static func words(_ text: String) -> [Word] {
        var out: [Word] = []
        for part in text.split(whereSeparator: { $0.isWhitespace || $0 == "," || $0 == ";" }) {
            // A dot ends a word, as in J.R. or Hauptstr.5.
            var rest = part
            while let dot = rest.firstIndex(of: ".") {
                if dot > rest.startIndex { out.append(Word(text: rest[..<dot], hasDot: true)) }
                rest = rest[rest.index(after: dot)...]
            }
            if !rest.isEmpty { out.append(Word(text: rest, hasDot: false)) }
        }
        return out
    }
}
