private import Foundation

/// How text is compared, everywhere: by the bytes of its folded form, never by a database's collation or by locale.
public enum Text {
    /// NFC (Unicode Annex 15) of the full case folding (Unicode 15, CaseFolding.txt, statuses C and F): `Straße` and
    /// `STRASSE` become `strasse`. Nothing is trimmed and no space is collapsed; whoever reads input does that.
    ///
    /// Folding what is folded changes nothing.
    public static func folded(_ text: String) -> String {
        var text = text
        let plain: Bool? = text.withUTF8 { bytes in
            var upper = false
            for byte in bytes {
                if byte >= 0x80 { return nil }
                if byte >= 0x41, byte <= 0x5A { upper = true }
            }
            return !upper
        }
        if plain == true { return text }
        if plain == false { return loweredASCII(text) }
        let normal = composed(text)
        var out = String.UnicodeScalarView()
        for scalar in normal.unicodeScalars { appendFold(of: scalar, to: &out) }
        return composed(String(out))
    }

    /// The words of `text` as search keeps them: folded, without accents (`Zoë` is found by `zoe`), each word once, in the
    /// order of their first appearance. A word is a run of letters and digits; an apostrophe joins (`o'neil` is `oneil`).
    public static func searchWords(_ text: String) -> [String] {
        let folded = folded(text)
        if let plain = plainWords(folded) { return plain }
        var words: [String] = []
        var word = String.UnicodeScalarView()
        func finish() {
            guard !word.isEmpty else { return }
            let made = String(word)
            if !words.contains(made) { words.append(made) }
            word = String.UnicodeScalarView()
        }
        for scalar in unaccented(folded).unicodeScalars {
            switch scalar.value {
            case 0x30...0x39, 0x61...0x7A: word.append(scalar)
            case 0x27, 0x2019, 0x300...0x36F: continue
            case 0..<0x80: finish()
            default:
                if scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
                    word.append(scalar)
                } else {
                    finish()
                }
            }
        }
        finish()
        return words
    }

    /// The words of folded text that is nothing but ASCII without apostrophes, as most is; `nil` for any other.
    private static func plainWords(_ folded: String) -> [String]? {
        var folded = folded
        return folded.withUTF8 { bytes in
            guard bytes.allSatisfy({ $0 < 0x80 && $0 != 0x27 }) else { return nil }
            var words: [String] = []
            for run in bytes.split(whereSeparator: { !(0x30...0x39).contains($0) && !(0x61...0x7A).contains($0) }) {
                let word = String(decoding: UnsafeBufferPointer(rebasing: run), as: UTF8.self)
                if !words.contains(word) { words.append(word) }
            }
            return words
        }
    }

    private static func loweredASCII(_ text: String) -> String {
        String(
            unsafeUninitializedCapacity: text.utf8.count,
            initializingUTF8With: { buffer in
                var count = 0
                for byte in text.utf8 {
                    buffer[count] = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
                    count += 1
                }
                return count
            })
    }

    /// Everything below U+0300 is in NFC as it stands, which spares most of Europe the slow path.
    private static func composed(_ text: String) -> String {
        text.unicodeScalars.allSatisfy { $0.value < 0x300 } ? text : text.precomposedStringWithCanonicalMapping
    }

    /// Lower case of upper case is full case folding but for dotless i, which folds to itself, capital sharp s, and
    /// Cherokee, which folds to its capitals (compared over all of Unicode).
    private static func appendFold(of scalar: Unicode.Scalar, to out: inout String.UnicodeScalarView) {
        switch scalar.value {
        case 0x41...0x5A: out.append(Unicode.Scalar(UInt8(scalar.value) | 0x20))
        case 0..<0x80, 0x131: out.append(scalar)
        case 0x1E9E: out.append(contentsOf: "ss".unicodeScalars)
        case 0x13A0...0x13FD, 0xAB70...0xABBF: out.append(contentsOf: scalar.properties.uppercaseMapping.unicodeScalars)
        default:
            for upper in scalar.properties.uppercaseMapping.unicodeScalars {
                out.append(contentsOf: upper.properties.lowercaseMapping.unicodeScalars)
            }
        }
    }

    /// Folded text with combining accents apart from their letters, and letters that Unicode does not take apart replaced.
    private static func unaccented(_ folded: String) -> String {
        guard folded.utf8.contains(where: { $0 >= 0x80 }) else { return folded }
        var out = String.UnicodeScalarView()
        for scalar in folded.decomposedStringWithCanonicalMapping.unicodeScalars {
            switch scalar.value {
            case 0xE6: out.append(contentsOf: "ae".unicodeScalars)
            case 0xF0, 0x111: out.append("d")
            case 0xF8: out.append("o")
            case 0xFE: out.append(contentsOf: "th".unicodeScalars)
            case 0x127: out.append("h")
            case 0x131: out.append("i")
            case 0x142: out.append("l")
            case 0x153: out.append(contentsOf: "oe".unicodeScalars)
            default: out.append(scalar)
            }
        }
        return String(out)
    }
}
