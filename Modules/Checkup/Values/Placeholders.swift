/// What people and programs write where they have nothing to say.
enum Placeholders {
    /// Nothing, in any column. The text is folded.
    static func isNothing(_ folded: String) -> Bool {
        guard folded.utf8.count <= 24 else { return false }
        if nothing.contains(folded) { return true }
        return folded.utf8.allSatisfy { "-_.?*#/ ".utf8.contains($0) }
    }

    /// Nothing, in a column that should tell people apart: also `0000`, `xxx` and the like.
    static func isFiller(_ folded: String) -> Bool {
        if isNothing(folded) { return true }
        guard let first = folded.utf8.first, folded.utf8.count <= 24 else { return false }
        if first == 0x30 || first == 0x78, folded.utf8.allSatisfy({ $0 == first }) {
            return folded.utf8.count > 1 || first == 0x30
        }
        return folded.utf8.count >= 4 && first == 0x39 && folded.utf8.allSatisfy { $0 == first } || fillers.contains(folded)
    }

    private static let nothing: Set<String> = words(
        """
        n/a|n.a.|n.a|n/a.|#n/a|#na|<na>|null|(null)|<null>|nil|none|(none)|[none]|nan|unknown|(unknown)|not known|unbekannt|inconnu|
        inconnue|desconocido|sconosciuto|onbekend|not provided|not available|not applicable|not set|not given|no data|keine angabe|
        k.a.|k. a.|kein|keine|keiner|aucun|aucune|ninguno|ninguna|nessuno|geen|undefined|empty|(empty)|(blank)|blank|missing|tbd|tba|
        to be defined|n.n.|nn|#ref!|#value!|#name?|#error!|[object object]|\\n
        """)
    private static let fillers: Set<String> = words(
        "test|tests|testing|tester|test test|dummy|asdf|asdfasdf|qwerty|qwertz|foo|bar|foobar|foo bar|abc|abcd|xyz|blah|bla|bla bla|sample|"
            + "example|beispiel|exemple|ejemplo|lorem|lorem ipsum|xx|1234|12345|123456|aaa|aaaa|delete|delete me|do not use|deleted|temp"
    )

    static func words(_ text: String) -> Set<String> {
        Set(text.split(whereSeparator: { $0 == "|" || $0.isNewline }).map(String.init))
    }
}
