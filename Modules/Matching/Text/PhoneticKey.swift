/// How a word sounds, roughly, in one number: its consonants in classes, after the idea of Soundex and its successors.
///
/// Christen, P. (2006): "A Comparison of Personal Name Matching: Techniques and Practical Issues". Words of other scripts than
/// Latin have their first four letters as key.
enum PhoneticKey {
    /// 0 for a word without letters.
    static func of(_ word: UnsafeBufferPointer<UInt16>) -> UInt32 {
        guard let first = word.first(where: \.isWordUnit) else { return 0 }
        guard first.isSmallLetter else { return foreign(word) }
        var key: UInt32 = 0
        var last: UInt32 = 0
        var length = 0
        var at = 0
        func unit(_ index: Int) -> UInt8 { index < word.count && word[index] < 0x80 ? UInt8(word[index]) : 0 }
        while at < word.count, length < 6 {
            let (sound, used) = sound(unit(at), unit(at + 1), unit(at + 2), isFirst: at == 0)
            at += used
            if sound != 0, sound != last || sound == vowel {
                if sound != vowel || length == 0 {
                    key = key << 5 | sound
                    length += 1
                }
            }
            last = sound
        }
        return key
    }

    private static let vowel: UInt32 = 31

    private static func sound(_ a: UInt8, _ b: UInt8, _ c: UInt8, isFirst: Bool) -> (UInt32, Int) {
        let soft = b == UInt8(ascii: "e") || b == UInt8(ascii: "i") || b == UInt8(ascii: "y")
        switch Unicode.Scalar(a) {
        case "a", "e", "i", "o", "u", "y": return (vowel, 1)
        case "h", "w":
            return isFirst
                ? (a == UInt8(ascii: "h") ? 1 : vowel, a == UInt8(ascii: "w") && b == UInt8(ascii: "r") ? 1 : 1) : (0, 1)
        case "p": return b == UInt8(ascii: "h") ? (2, 2) : (3, 1)
        case "f", "v": return (2, 1)
        case "b": return (4, 1)
        case "k": return isFirst && b == UInt8(ascii: "n") ? (0, 1) : (5, 1)
        case "q": return (5, 1)
        case "x": return (6, 1)
        case "c":
            if b == UInt8(ascii: "k") { return (5, 2) }
            if b == UInt8(ascii: "h") { return c == UInt8(ascii: "r") || c == UInt8(ascii: "l") ? (5, 2) : (7, 2) }
            return (soft ? 6 : 5, 1)
        case "s":
            if b == UInt8(ascii: "c"), c == UInt8(ascii: "h") { return (7, 3) }
            if b == UInt8(ascii: "h") { return (7, 2) }
            return (6, 1)
        case "z": return (6, 1)
        case "g": return b == UInt8(ascii: "h") ? (isFirst ? 8 : 0, 2) : (8, 1)
        case "j": return (8, 1)
        case "d": return (9, 1)
        case "t": return b == UInt8(ascii: "h") ? (9, 2) : (9, 1)
        case "l": return (10, 1)
        case "m": return (11, 1)
        case "n": return (11, 1)
        case "r": return (12, 1)
        default: return (0, 1)
        }
    }

    private static func foreign(_ word: UnsafeBufferPointer<UInt16>) -> UInt32 {
        var hash: UInt32 = 2_166_136_261
        for unit in word.prefix(4) { hash = (hash ^ UInt32(unit)) &* 16_777_619 }
        return hash | 1
    }
}
