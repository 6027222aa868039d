/// The order in which both databases keep texts: by their bytes.
///
/// Most texts differ in their first sixteen bytes, which compare as two numbers; byte after byte that takes ten times as long.
enum ByteOrder {
    private struct Key {
        var head: (UInt64, UInt64)
        var index: Int
    }

    /// The places of `texts`, in order.
    static func order(of texts: [String]) -> [Int] {
        var keys: [Key] = []
        keys.reserveCapacity(texts.count)
        for (index, text) in texts.enumerated() { keys.append(Key(head: head(of: text), index: index)) }
        keys.sort { one, other in
            if one.head != other.head { return one.head < other.head }
            return texts[one.index].utf8.lexicographicallyPrecedes(texts[other.index].utf8)
        }
        return keys.map(\.index)
    }

    /// The first sixteen bytes, the first one highest; zeros where the text is shorter, so that it stands before those that go on.
    private static func head(of text: String) -> (UInt64, UInt64) {
        var head: (UInt64, UInt64) = (0, 0)
        var text = text
        text.withUTF8 { bytes in
            for (place, byte) in bytes.prefix(16).enumerated() {
                if place < 8 {
                    head.0 |= UInt64(byte) << UInt64(56 - 8 * place)
                } else {
                    head.1 |= UInt64(byte) << UInt64(56 - 8 * (place - 8))
                }
            }
        }
        return head
    }
}
