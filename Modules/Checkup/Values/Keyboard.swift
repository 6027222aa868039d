/// Runs along the rows of a keyboard, and one letter again and again.
enum Keyboard {
    private static let rows = [
        "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "qsdfghjklm", "zxcvbnm", "yxcvbnm", "wxcvbn",
    ]
    .map { Array($0.utf8) }
    /// Of two letters, whether they are side by side on some keyboard: 26 a row.
    private static let neighbours: [Bool] = {
        var pairs = [Bool](repeating: false, count: 26 * 26)
        for row in rows {
            for index in 1..<row.count {
                let (one, other) = (Int(row[index - 1] - 0x61), Int(row[index] - 0x61))
                pairs[one * 26 + other] = true
                pairs[other * 26 + one] = true
            }
        }
        return pairs
    }()
    private static let home: UInt32 = "sdfghjkl".utf8.reduce(0) { $0 | 1 << UInt32($1 - 0x61) }
    /// Names and words that happen to be such runs.
    private static let names: Set<String> = [
        "trew", "were", "tree", "poll", "pooi", "weer", "assa", "sass", "wert", "saas", "popo", "tyree",
    ]

    /// The text is folded.
    static func isRun(_ folded: String) -> Bool {
        guard folded.utf8.count >= 3, folded.utf8.count <= 40 else { return false }
        var folded = folded
        let isRun = folded.withUTF8 { bytes -> Bool in
            for byte in bytes where byte < 0x61 || byte > 0x7A { return false }
            if bytes.allSatisfy({ $0 == bytes[0] }) { return true }
            guard bytes.count >= 4 else { return false }
            if isCovered(bytes) { return true }
            // The hand on the home row: no name goes without a vowel for five letters there.
            return bytes.count >= 5 && bytes.allSatisfy { home >> UInt32($0 - 0x61) & 1 == 1 }
        }
        guard isRun else { return false }
        return folded.utf8.count < 4 || !names.contains(folded)
    }

    /// Runs of three and more that together are all of it: asdfgh, asdfasdf, qwerasdf.
    private static func isCovered(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var at = 0
        while at < bytes.count {
            var end = at + 1
            while end < bytes.count, neighbours[Int(bytes[end - 1] - 0x61) * 26 + Int(bytes[end] - 0x61)] { end += 1 }
            if end - at < 3 { return false }
            at = end
        }
        return true
    }
}
