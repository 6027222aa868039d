import Foundation

/// Brings text to one form before anything is compared: small letters, no accents, single spaces. Punctuation stays.
struct TextFolder {
    private(set) var units: [UInt16] = []

    /// Folds a text; the result is in `units` until the next call, and empty where the text says that nothing is known.
    mutating func fold(_ text: String) {
        units.removeAll(keepingCapacity: true)
        var text = text
        let isPlain = text.withUTF8 { bytes in
            for byte in bytes {
                if byte >= 0x80 { return false }
                append(UInt16(byte))
            }
            return true
        }
        if !isPlain {
            units.removeAll(keepingCapacity: true)
            for scalar in text.decomposedStringWithCompatibilityMapping.lowercased().unicodeScalars {
                if (0x300...0x36F).contains(scalar.value) { continue }
                if let plain = Self.letters[scalar] {
                    for unit in plain.utf16 { append(unit) }
                } else if scalar.properties.isWhitespace {
                    append(0x20)
                } else {
                    for unit in UTF16.encode(scalar).map({ Array($0) }) ?? [] { append(unit) }
                }
            }
        }
        if units.last == 0x20 { units.removeLast() }
        if units.count <= 7, Self.unknown.contains(units) { units.removeAll(keepingCapacity: true) }
    }

    private mutating func append(_ unit: UInt16) {
        switch unit {
        case 0x41...0x5A: units.append(unit + 0x20)
        case 0x21...0x7E: units.append(unit)
        case 0...0x20, 0x7F: if let last = units.last, last != 0x20 { units.append(0x20) }
        default: units.append(unit)
        }
    }

    /// Letters that do not decompose into a plain one and a mark.
    private static let letters: [Unicode.Scalar: String] = [
        "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h", "’": "'",
        "‘": "'",
        "–": "-", "—": "-",
    ]
    /// What people and programs write for nothing.
    private static let unknown = Set(
        ["", "-", "--", "---", ".", "?", "n/a", "null", "nan", "<na>", "#n/a", "unknown", "(null)", "\\n"].map { Array($0.utf16) }
    )
}

extension UInt16 {
    @inline(__always) var isDigit: Bool { self >= 0x30 && self <= 0x39 }
    @inline(__always) var isSmallLetter: Bool { self >= 0x61 && self <= 0x7A }
    /// A letter of any script, or a digit: what is not punctuation of ASCII nor a space.
    @inline(__always) var isWordUnit: Bool {
        isSmallLetter || isDigit || self >= 0xC0 && !(0x2000...0x206F).contains(self) && self != 0x3000
    }
}
