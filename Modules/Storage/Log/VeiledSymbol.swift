import Crypto

/// How the text of a symbol stands that only somebody erased had: as a hash, by which whoever says it again finds the number that
/// processes may have in mind.
enum VeiledSymbol {
    private static let mark = "\u{1}"

    static func veiled(_ text: String) -> String {
        let digest = SHA256.hash(data: Array(text.utf8))
        return mark + digest.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    static func isVeiled(_ text: String) -> Bool { text.hasPrefix(mark) }
}
