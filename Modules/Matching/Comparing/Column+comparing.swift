extension Column {
    /// How alike two records are in this column.
    @inline(__always)
    func recordLevel(_ first: Int, _ second: Int) -> Level { level(codes[first], codes[second]) }

    /// How alike two values are, by the column's kind.
    func level(_ first: Int32, _ second: Int32) -> Level {
        if first < 0 || second < 0 { return .missing }
        if first == second { return .same }
        if let words { return words.level(first, second, spelled: pool) }
        switch kind {
        case .name: return nameLevel(first, second)
        case .date: return dateLevel(first, second)
        case .phone: return pool.with(first, second, Self.phoneLevel)
        case .postcode: return pool.with(first, second, Self.codeLevel)
        case .number: return pool.with(first, second, Self.numberLevel)
        case .email: return pool.with(first, second, Self.emailLevel)
        case .web: return pool.with(first, second, Self.webLevel)
        case .category, .ignored, .address, .text: return .different
        }
    }

    private static func webLevel(_ a: TextSimilarity.Units, _ b: TextSimilarity.Units) -> Level {
        // A page of the site, and the site.
        let (host, other) = (a.prefix { $0 != 0x2F }, b.prefix { $0 != 0x2F })
        if host.elementsEqual(other) { return .swapped }
        if min(a.count, b.count) > 5, TextSimilarity.edits(a, b, limit: 1) == 1 { return .close }
        let similarity = TextSimilarity.jaroWinkler(TextSimilarity.Units(rebasing: host), TextSimilarity.Units(rebasing: other))
        return similarity >= 0.93 ? .alike : similarity >= 0.87 ? .slight : .different
    }

    private func nameLevel(_ first: Int32, _ second: Int32) -> Level {
        let onlyFirst = (letters[Int(first)] & ~letters[Int(second)]).nonzeroBitCount
        let onlySecond = (letters[Int(second)] & ~letters[Int(first)]).nonzeroBitCount
        let likeness = pool.with(first, second) { a, b -> Level in
            // Letters that only one has bound the similarity: most pairs need no closer look.
            let common = Double(min(a.count - onlyFirst, b.count - onlySecond))
            if common <= 0 { return .different }
            let bound = (common / Double(a.count) + common / Double(b.count) + 1) / 3
            if bound + 0.4 * (1 - bound) < 0.79 {
                return a.count == 1 || b.count == 1 ? (a[0] == b[0] ? .slight : .different) : .different
            }
            if max(onlyFirst, onlySecond) <= 1, a.count > 2, b.count > 2, abs(a.count - b.count) <= 1,
                TextSimilarity.edits(a, b, limit: 1) == 1
            {
                return .close
            }
            let similarity = TextSimilarity.jaroWinkler(a, b)
            if similarity >= 0.93 { return .close }
            if similarity >= 0.87 { return .alike }
            if a.count == 1 || b.count == 1 { return a[0] == b[0] ? .slight : .different }
            return similarity >= 0.79 ? .faint : .different
        }
        if likeness == .close { return likeness }
        let nicknames = families[Int(first)]
        if !nicknames.isEmpty, families[Int(second)].contains(where: nicknames.contains) { return .close }
        let sound = sounds[Int(first)]
        if sound > 31, sound == sounds[Int(second)] { return .alike }
        return likeness
    }

    private func dateLevel(_ first: Int32, _ second: Int32) -> Level {
        let (a, b) = (Int(dates[Int(first)]), Int(dates[Int(second)]))
        guard a > 0, b > 0 else {
            return pool.with(first, second) { TextSimilarity.edits($0, $1, limit: 1) } == 1 ? .close : .different
        }
        let (year, month, day) = (a / 10_000, a / 100 % 100, a % 100)
        let (otherYear, otherMonth, otherDay) = (b / 10_000, b / 100 % 100, b % 100)
        if year == otherYear, month == otherDay, day == otherMonth, month != day { return .swapped }
        // Only the year is known, or the first of January stands for it.
        let isYear = a % 10_000 <= 101 || b % 10_000 <= 101
        if year == otherYear, isYear { return .alike }
        if pool.with(first, second, { TextSimilarity.edits($0, $1, limit: 1) }) == 1 { return .close }
        if year == otherYear, month == otherMonth || day == otherDay { return .alike }
        if month == otherMonth, day == otherDay, !isYear { return .alike }
        if year == otherYear { return .slight }
        return abs(year - otherYear) <= (isYear ? 2 : 1) ? .faint : .different
    }

    private static func phoneLevel(_ a: TextSimilarity.Units, _ b: TextSimilarity.Units) -> Level {
        let least = min(a.count, b.count)
        if least >= 7, a.count != b.count, a.suffix(least).elementsEqual(b.suffix(least)) { return .swapped }
        switch TextSimilarity.edits(a, b, limit: 2) {
        case 1: return .close
        case 2: return .alike
        default: return least >= 7 && a.suffix(7).elementsEqual(b.suffix(7)) ? .slight : .different
        }
    }

    private static func codeLevel(_ a: TextSimilarity.Units, _ b: TextSimilarity.Units) -> Level {
        if TextSimilarity.edits(a, b, limit: 1) == 1 { return .close }
        let least = min(a.count, b.count)
        let part = a.contains(where: \.isSmallLetter) ? max(2, least - 3) : max(2, (least + 1) / 2)
        if least > part, a.prefix(part).elementsEqual(b.prefix(part)) { return .slight }
        return least >= 2 && a.prefix(2).elementsEqual(b.prefix(2)) ? .faint : .different
    }

    private static func numberLevel(_ a: TextSimilarity.Units, _ b: TextSimilarity.Units) -> Level {
        if max(a.count, b.count) >= 2, TextSimilarity.edits(a, b, limit: 1) == 1 { return .close }
        if max(a.count, b.count) >= 4, TextSimilarity.edits(a, b, limit: 2) == 2 { return .alike }
        guard let (one, other) = Self.amount(a).flatMap({ one in Self.amount(b).map { (one, $0) } }) else { return .different }
        let apart = abs(one - other) / max(one, other, 1e-9)
        return apart <= 0.02 ? .alike : apart <= 0.1 ? .slight : apart <= 0.25 ? .faint : .different
    }

    /// The amount that plain digits with at most one point are; `nil` for codes.
    private static func amount(_ units: TextSimilarity.Units) -> Double? {
        var whole = 0.0
        var scale = 0.0
        for unit in units {
            if unit == 0x2E, scale == 0 {
                scale = 1
            } else if unit.isDigit, units.count <= 15 {
                whole = whole * 10 + Double(unit - 0x30)
                scale *= 10
            } else {
                return nil
            }
        }
        return scale > 1 ? whole / scale : whole
    }

    private static func emailLevel(_ a: TextSimilarity.Units, _ b: TextSimilarity.Units) -> Level {
        if TextSimilarity.edits(a, b, limit: 1) == 1 { return .close }
        let local = a.prefix { $0 != 0x40 }
        let other = b.prefix { $0 != 0x40 }
        if local.elementsEqual(other) { return local.count > 4 ? .swapped : .alike }
        let similarity = TextSimilarity.jaroWinkler(TextSimilarity.Units(rebasing: local), TextSimilarity.Units(rebasing: other))
        return similarity >= 0.92 ? .alike : similarity >= 0.84 ? .slight : .different
    }
}
