import RapportCore

/// The name of a column taken apart: `HasOptedOutOfEmail` and `has_opted_out-of email` have the same words.
struct ColumnName: Sendable, Hashable {
    /// Folded, without accents: `first`, `name`.
    let words: [String]
    /// The words without anything between them.
    let key: String

    init(_ text: String) {
        var spaced = ""
        var last: Character = " "
        let characters = Array(text)
        for (index, character) in characters.enumerated() {
            let beforeSmall = index + 1 < characters.count && characters[index + 1].isLowercase
            if character.isUppercase, last.isLowercase || last.isNumber || last.isUppercase && beforeSmall { spaced.append(" ") }
            spaced.append(character)
            last = character
        }
        var words: [String] = []
        for part in spaced.split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
            words += Text.searchWords(String(part)).prefix(1)
        }
        self.words = words
        key = words.joined()
    }

    func has(_ candidates: String...) -> Bool { candidates.contains { words.contains($0) } }
    /// Whether the key holds one of these anywhere.
    func holds(_ parts: String...) -> Bool { parts.contains { key.contains($0) } }
}
