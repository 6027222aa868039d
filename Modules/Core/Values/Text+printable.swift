extension Text {
    /// A text as a terminal may be given it: control characters, with which what somebody else has written could move the cursor, clear
    /// the screen or hide lines, become U+FFFD, and so do those that turn the direction of all that follows (Unicode Standard Annex
    /// 9, 2.2 and 2.4). Line ends and tabs stay.
    ///
    /// - Parameter styles: the numbers of the styles (ECMA-48, 8.3.117 SGR) that the caller has set himself, which stay too.
    public static func printable(_ text: String, keeping styles: Set<String> = []) -> String {
        guard hasControls(text.utf8) else { return text }
        var out = String.UnicodeScalarView()
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            guard scalar.properties.generalCategory == .control || turns(scalar), scalar != "\n", scalar != "\t" else {
                out.append(scalar)
                continue
            }
            if scalar == "\u{1B}", let length = style(at: rest, among: styles) {
                out.append(scalar)
                out.append(contentsOf: rest.prefix(length))
                rest.removeFirst(length)
            } else {
                out.append("\u{FFFD}")
            }
        }
        return String(out)
    }

    /// How many scalars after the escape set one of `styles`.
    private static func style(at rest: Substring.UnicodeScalarView, among styles: Set<String>) -> Int? {
        guard rest.first == "[", let end = rest.prefix(5).firstIndex(of: "m") else { return nil }
        let number = rest[rest.index(after: rest.startIndex)..<end]
        return styles.contains(String(number)) ? number.count + 2 : nil
    }

    private static func turns(_ scalar: Unicode.Scalar) -> Bool {
        (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
    }

    private static func hasControls(_ bytes: String.UTF8View) -> Bool {
        var before: UInt8 = 0
        for byte in bytes {
            if byte < 0x20, byte != 0x0A, byte != 0x09 { return true }
            if byte == 0x7F || before == 0xC2 && byte < 0xA0 { return true }
            // The first two of three bytes of U+2000 to U+207F: rare enough to look closer.
            if before == 0xE2, byte == 0x80 || byte == 0x81 { return true }
            before = byte
        }
        return false
    }
}
