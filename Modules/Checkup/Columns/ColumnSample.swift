/// What the first values of a column look like, as shares of those that are filled.
struct ColumnSample: Sendable {
    private(set) var filled = 0
    private(set) var rows = 0
    private(set) var distinct: Set<String> = []
    private var counts: [Trait: Int] = [:]
    private var length = 0

    enum Trait: Hashable { case address, international, phone, date, number, flag, standing, strongStanding, words }

    init(_ values: some Sequence<String>) {
        for value in values {
            rows += 1
            let cell = Cell(value)
            guard !cell.isEmpty else { continue }
            filled += 1
            length += cell.text.utf8.count
            let folded = cell.folded
            if distinct.count < 5_000 { distinct.insert(folded) }
            for trait in Self.traits(cell.text, folded) { counts[trait, default: 0] += 1 }
        }
    }

    func share(_ trait: Trait) -> Double { filled == 0 ? 0 : Double(counts[trait] ?? 0) / Double(filled) }
    var averageLength: Double { filled == 0 ? 0 : Double(length) / Double(filled) }
    /// How many of the values are new ones, 0...1.
    var variety: Double { filled == 0 ? 0 : Double(distinct.count) / Double(min(filled, 5_000)) }

    private static func traits(_ text: String, _ folded: String) -> [Trait] {
        var traits: [Trait] = []
        let bytes = text.utf8
        let digits = bytes.count { $0 >= 0x30 && $0 <= 0x39 }
        if bytes.contains(0x40), !text.contains(" ") || text.contains("<") { traits.append(.address) }
        if Flag(folded) != nil { traits.append(.flag) }
        if let standing = StandingWord(folded) {
            traits.append(.standing)
            if standing.isStrong { traits.append(.strongStanding) }
        }
        if bytes.contains(where: { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A || $0 >= 0x80 }) { traits.append(.words) }
        guard digits > 0 else { return traits }
        if DateParts(text) != nil { traits.append(.date) }
        let unsigned = bytes.first == 0x2D ? bytes.dropFirst() : bytes[...]
        if unsigned.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 || $0 == 0x2E || $0 == 0x2C }), text.count(where: { $0 == "." }) < 2 {
            traits.append(.number)
        }
        let isPhone = bytes.allSatisfy { ($0 >= 0x30 && $0 <= 0x39) || " +-()./".utf8.contains($0) } && (7...16).contains(digits)
        if isPhone { traits.append(.phone) }
        if isPhone, text.hasPrefix("+") || text.hasPrefix("00") { traits.append(.international) }
        return traits
    }
}

/// A value as it is looked at: without spaces at its ends.
struct Cell: Sendable {
    let text: String
    var isEmpty: Bool { text.isEmpty }

    init(_ value: String) {
        guard let first = value.utf8.first, let last = value.utf8.last else {
            text = ""
            return
        }
        if first > 0x20, first < 0x80, last > 0x20, last < 0x80 {
            text = value
            return
        }
        let scalars = value.unicodeScalars
        guard let from = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let to = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else {
            text = ""
            return
        }
        text = String(scalars[from...to])
    }

    /// In small letters, as words are looked up.
    var folded: String { Folding.small(text) }
}
