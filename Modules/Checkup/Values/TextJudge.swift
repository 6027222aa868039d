/// Judges the letters of any value: what was read in the wrong encoding, what nobody sees, what was lost.
enum TextJudge {
    /// What is odd about a text; the fast way out for plain ASCII.
    ///
    /// - Parameter isName: a question mark amid letters stands for a lost one.
    static func finding(_ text: String, isShort: Bool) -> Finding? {
        var text = text
        var (isPlain, hasControl, hasQuestion, hasEntity) = (true, false, false, false)
        text.withUTF8 { bytes in
            for byte in bytes {
                if byte >= 0x80 { isPlain = false }
                if byte < 0x20 && byte != 0x09 && byte != 0x0A && byte != 0x0D || byte == 0x7F { hasControl = true }
                if byte == 0x3F { hasQuestion = true }
                if byte == 0x26 { hasEntity = true }
            }
        }
        if hasControl { return .invisible }
        if hasEntity, isShort, holdsEntity(text) { return .mojibake }
        if hasQuestion, isShort, losesLetters(text) { return .lostLetters }
        if isPlain { return nil }
        if text.unicodeScalars.contains("\u{FFFD}") { return .lostLetters }
        if Mojibake.repaired(text) != nil { return .mojibake }
        return holdsInvisible(text, isShort: isShort) ? .invisible : nil
    }

    /// The text without what nobody sees.
    static func visible(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0xA0, 0x202F, 0x2007: out.append(" ")
            case 0..<0x20 where scalar != "\n" && scalar != "\t": continue
            case 0x7F...0x9F, 0xAD, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2064, 0x2066...0x206F, 0xFEFF: continue
            default: out.append(scalar)
            }
        }
        return String(out)
    }

    private static func holdsInvisible(_ text: String, isShort: Bool) -> Bool {
        var before: Unicode.Scalar?
        let scalars = Array(text.unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            switch scalar.value {
            case 0x80...0x9F, 0xAD, 0x200B, 0x202A...0x202E, 0x2060...0x2064, 0x2066...0x206F, 0xFEFF: return true
            // Joiners and marks of direction belong to scripts that need them, and to emoji.
            case 0x200C...0x200F:
                let after = index + 1 < scalars.count ? scalars[index + 1] : nil
                if !needsJoiner(before), !needsJoiner(after) { return true }
            case 0xA0, 0x2007: if isShort { return true }
            default: break
            }
            before = scalar
        }
        return false
    }

    private static func needsJoiner(_ scalar: Unicode.Scalar?) -> Bool {
        guard let scalar else { return false }
        return (0x590...0x1CFF).contains(scalar.value) || scalar.value >= 0x2190
    }

    /// `M?ller`: a question mark between small letters, and no other sign of a question.
    private static func losesLetters(_ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        guard scalars.count >= 3, text.count(where: { $0 == "?" }) <= 3, !text.contains("/") else { return false }
        for index in 1..<(scalars.count - 1) where scalars[index] == "?" {
            if scalars[index - 1].properties.isAlphabetic, scalars[index + 1].properties.isLowercase { return true }
        }
        return false
    }

    /// `M&uuml;ller`, `&#252;`.
    private static func holdsEntity(_ text: String) -> Bool {
        var rest = text[...]
        while let start = rest.firstIndex(of: "&") {
            rest = rest[rest.index(after: start)...]
            guard let end = rest.prefix(10).firstIndex(of: ";") else { continue }
            let name = rest[..<end]
            if name.hasPrefix("#"), name.dropFirst().allSatisfy({ $0.isHexDigit || $0 == "x" }), name.count > 1 { return true }
            if name.count >= 2, name.allSatisfy({ $0.isASCII && $0.isLetter }) { return true }
        }
        return false
    }
}
