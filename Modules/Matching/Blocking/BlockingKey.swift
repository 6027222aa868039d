/// A part of a column by which records are brought together: those that have it in common are worth a comparison.
struct BlockingKey: Sendable {
    enum Part: String, Sendable {
        case value, sound, start, year, day, words, prefix, suffix, local, host
    }

    let column: Int
    let part: Part
    /// Keys of each value of the column, `width` a value; 0 for none.
    let keys: [UInt32]
    let width: Int

    /// Whether whatever shares `other` shares this too, or nearly always.
    func covers(_ other: BlockingKey) -> Bool {
        column == other.column && (part == other.part || other.part == .value)
    }

    /// Every part of a column that can bring records together.
    static func all(_ columns: [Column]) -> [BlockingKey] {
        columns.indices.flatMap { index in
            parts(columns[index]).map { BlockingKey(columns[index], index, $0) }
        }
    }

    private static func parts(_ column: Column) -> [Part] {
        if column.isWordy { return column.kind == .name ? [.value, .words, .sound] : [.value, .words] }
        switch column.kind {
        case .name: return [.value, .sound, .start]
        case .date: return [.value, .year, .day]
        case .phone: return [.value, .suffix]
        case .postcode: return [.value, .prefix]
        case .email: return [.value, .local]
        case .web: return [.value, .host]
        case .number, .category, .address, .text: return [.value]
        case .ignored: return []
        }
    }

    private init(_ column: Column, _ index: Int, _ part: Part) {
        self.column = index
        self.part = part
        var keys: [UInt32] = []
        width = part == .words || part == .sound && column.isWordy ? 3 : 1
        keys.reserveCapacity(column.pool.count * width)
        for code in 0..<Int32(column.pool.count) {
            if width > 1 {
                keys += Self.wordKeys(column, code, part, width)
            } else {
                keys.append(Self.key(column, code, part))
            }
        }
        self.keys = keys
    }

    private static func key(_ column: Column, _ code: Int32, _ part: Part) -> UInt32 {
        func text(_ from: Int, _ count: Int) -> UInt32 {
            column.pool.with(code) { units in
                let slice = UnsafeBufferPointer(rebasing: units.dropFirst(from).prefix(count))
                return slice.isEmpty ? 0 : UInt32(truncatingIfNeeded: TextPool.hash(slice)) | 1
            }
        }
        switch part {
        case .value, .words: return UInt32(bitPattern: code) + 1
        case .sound: return column.sounds[Int(code)] > 31 ? column.sounds[Int(code)] : 0
        case .start: return column.pool.with(code) { $0.count } >= 3 ? text(0, 3) : 0
        case .year: return UInt32(column.dates[Int(code)] / 10_000)
        case .day:
            // The same for day and month exchanged; the first of January often stands for an unknown day.
            let date = column.dates[Int(code)] % 10_000
            let (month, day) = (date / 100, date % 100)
            return date <= 101 ? 0 : UInt32(min(month, day) * 100 + max(month, day))
        case .prefix:
            return column.pool.with(code) { units -> UInt32 in
                let length = units.contains(where: \.isSmallLetter) ? max(2, units.count - 3) : max(2, (units.count + 1) / 2)
                guard units.count > length else { return 0 }
                return UInt32(truncatingIfNeeded: TextPool.hash(UnsafeBufferPointer(rebasing: units.prefix(length)))) | 1
            }
        case .suffix:
            let count = column.pool.with(code) { $0.count }
            return count >= 7 ? text(count - 7, 7) : 0
        case .host:
            return text(0, column.pool.with(code) { $0.prefix { $0 != 0x2F }.count })
        case .local:
            let length = column.pool.with(code) { $0.prefix { $0 != 0x40 }.count }
            return length >= 4 ? text(0, length) : 0
        }
    }

    /// The rarest words of a value, or their sounds.
    private static func wordKeys(_ column: Column, _ code: Int32, _ part: Part, _ width: Int) -> [UInt32] {
        guard let words = column.words else { return Array(repeating: 0, count: width) }
        let ranked = words.range(code).map { words.flat[$0] }.sorted {
            (words.documents[Int($0)], $0) < (words.documents[Int($1)], $1)
        }
        var keys: [UInt32] = []
        for word in ranked where keys.count < width {
            let key: UInt32
            if part == .words {
                key = words.documents[Int(word)] > 1 ? UInt32(bitPattern: word) + 1 : 0
            } else {
                let sound = words.isNumber[Int(word)] ? 0 : words.pool.with(word, PhoneticKey.of)
                key = sound > 31 ? sound : 0
            }
            if key != 0, !keys.contains(key) { keys.append(key) }
        }
        return keys + Array(repeating: 0, count: width - keys.count)
    }
}
