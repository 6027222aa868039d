/// What happened, as a dotted name: `order.placed`, `link.clicked`, `track.spin_wheel`.
public enum EventKind {
    /// The longest name, in bytes.
    public static let maximumLength = 100

    /// Whether `name` is two or more words of `a…z`, `0…9` and `_` joined by dots, the first starting with a letter.
    public static func isValid(_ name: String) -> Bool {
        guard name.utf8.count <= maximumLength, let first = name.utf8.first, (0x61...0x7A).contains(first) else { return false }
        var words = 1
        var previousIsDot = false
        for byte in name.utf8 {
            switch byte {
            case 0x61...0x7A, 0x30...0x39, 0x5F: previousIsDot = false
            case 0x2E:
                guard !previousIsDot else { return false }
                previousIsDot = true
                words += 1
            default: return false
            }
        }
        return words > 1 && !previousIsDot
    }
}
