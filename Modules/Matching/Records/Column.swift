/// One column as numbers: every distinct value once, in the form in which its kind is compared, and a number a record.
///
/// A class, since a copy for each of a million comparisons would count the references of all its arrays.
///
/// `@unchecked Sendable`: one task fills it before anybody else is given it (`MatchTable`, `SubjectTable`); nothing is written after.
final class Column: @unchecked Sendable {
    let name: String
    let kind: ColumnKind
    /// Compared word by word rather than letter by letter.
    let isWordy: Bool
    let dayFirst: Bool
    @exclusivity(unchecked) private(set) var pool = TextPool()
    /// The value of each record; -1 where there is none.
    @exclusivity(unchecked) private(set) var codes: [Int32] = []
    /// How many records have each value.
    @exclusivity(unchecked) private(set) var counts: [Int32] = []
    @exclusivity(unchecked) private(set) var filled = 0

    // What is known of each value beside its text; which of these is filled depends on the kind.
    @exclusivity(unchecked) private(set) var sounds: [UInt32] = []
    /// Which letters and digits stand in the value, a bit each.
    @exclusivity(unchecked) private(set) var letters: [UInt64] = []
    @exclusivity(unchecked) private(set) var families: [[UInt16]] = []
    @exclusivity(unchecked) private(set) var dates: [Int32] = []
    @exclusivity(unchecked) private(set) var words: Words?

    init(name: String, kind: ColumnKind, isWordy: Bool = false, dayFirst: Bool = true) {
        self.name = name
        self.kind = kind
        self.isWordy = isWordy
        self.dayFirst = dayFirst
        if isWordy { words = Words(areNames: kind == .name) }
    }

    /// The number of a value, a new one if it is new; -1 for an empty one. No record has it yet.
    func intern(_ folded: [UInt16]) -> Int32 {
        let normal = normalised(folded)
        guard !normal.isEmpty else { return -1 }
        let code = normal.withUnsafeBufferPointer { pool.intern($0) }
        if Int(code) == counts.count {
            counts.append(0)
            describe(normal)
        }
        return code
    }

    func append(_ code: Int32) {
        codes.append(code)
        guard code >= 0 else { return }
        counts[Int(code)] += 1
        filled += 1
        words?.count(code)
    }

    /// Takes all records at once: `distinct` folded values, and which of them each record has.
    func fill(_ distinct: TextPool, _ records: [Int32]) {
        var folded: [UInt16] = []
        var map: [Int32] = []
        map.reserveCapacity(distinct.count)
        for code in 0..<Int32(distinct.count) {
            distinct.with(code) {
                folded.removeAll(keepingCapacity: true)
                folded.append(contentsOf: $0)
            }
            map.append(intern(folded))
        }
        codes.reserveCapacity(records.count)
        for record in records { append(record < 0 ? -1 : map[Int(record)]) }
        words?.weigh()
    }

    /// Weighs the words of the values by what is known of them elsewhere.
    func weighWords(_ weight: (UnsafeBufferPointer<UInt16>) -> Float) { words?.weigh(weight) }

    /// The share of records with a value that have just this one.
    func frequency(_ code: Int32) -> Double { Double(max(1, counts[Int(code)])) / Double(max(1, filled)) }

    private func describe(_ normal: [UInt16]) {
        if isWordy {
            words?.append(normal, abbreviated: kind == .address || kind == .name)
            return
        }
        switch kind {
        case .name:
            letters.append(normal.reduce(0) { $0 | 1 << UInt64($1 & 63) })
            sounds.append(normal.withUnsafeBufferPointer(PhoneticKey.of))
            families.append(GivenNames.groups[normal] ?? [])
        case .date:
            let date = DateValue(normal, dayFirst: dayFirst)
            dates.append(date.map { Int32($0.year * 10_000 + $0.month * 100 + $0.day) } ?? 0)
        default: break
        }
    }

    private func normalised(_ folded: [UInt16]) -> [UInt16] {
        switch kind {
        case .phone:
            // An extension is not the number.
            let main = folded.firstIndex { $0 == 0x78 || $0 == 0x65 }.map { folded[..<$0] } ?? folded[...]
            let digits = main.filter(\.isDigit)
            let number = Array(digits.drop { $0 == 0x30 })
            return number.count >= 4 ? number : []
        case .date:
            guard let date = DateValue(folded, dayFirst: dayFirst) else {
                // A date that cannot be read may still be one digit from another.
                let digits = folded.filter(\.isDigit)
                return digits.count >= 6 && !folded.contains(where: \.isSmallLetter) ? digits : folded
            }
            let digits = String(date.year * 10_000 + date.month * 100 + date.day)
            return Array(digits.utf16)
        case .postcode: return folded.filter(\.isWordUnit)
        case .number:
            let plain = folded.filter { $0.isSmallLetter || $0.isDigit || $0 == 0x2E }
            var number = Array(plain.drop { $0 == 0x30 })
            // 12.50 is 12.5, and 12.00 is 12.
            if number.count(where: { $0 == 0x2E }) == 1 {
                while number.last == 0x30 { number.removeLast() }
                if number.last == 0x2E { number.removeLast() }
            }
            return number.isEmpty ? plain : number
        case .web: return Self.host(folded)
        case .email, .ignored: return folded.filter { $0 != 0x20 }
        case .name, .address, .text, .category:
            var made: [UInt16] = []
            made.reserveCapacity(folded.count)
            for unit in folded {
                if unit.isWordUnit {
                    made.append(unit)
                } else if unit != 0x27, let last = made.last, last != 0x20 {
                    made.append(0x20)
                }
            }
            if made.last == 0x20 { made.removeLast() }
            return made
        }
    }

    /// An address without what says nothing: `http://www.example.org/` is `example.org`.
    private static func host(_ folded: [UInt16]) -> [UInt16] {
        var rest = folded.filter { $0 != 0x20 }[...]
        if let colon = rest.firstIndex(of: 0x3A), rest[colon...].starts(with: "://".utf16) { rest = rest[(colon + 3)...] }
        if rest.starts(with: "www.".utf16) { rest = rest.dropFirst(4) }
        while rest.last == 0x2F { rest = rest.dropLast() }
        return Array(rest)
    }
}
