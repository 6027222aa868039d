/// One or more keys that two records must share to be compared, laid out as groups of records.
struct BlockingRule: Sendable {
    let keys: [BlockingKey]
    /// The group of each record, `width` a record; -1 for none: alone with its key, or one of too many.
    let groups: [Int32]
    let width: Int
    /// Records of the groups, one group after the other, and where each begins.
    let members: [Int32]
    let starts: [Int32]

    var groupCount: Int { starts.count - 1 }

    /// - Parameter most: larger groups are passed over: what so many share tells nothing.
    init(_ keys: [BlockingKey], _ columns: [Column], count: Int, most: Int) {
        self.keys = keys
        let width = keys.reduce(1) { $0 * $1.width }
        self.width = width
        let hashes = Self.hashes(keys, columns, count)
        var table = KeyTable(capacity: count)
        var groups = [Int32](repeating: -1, count: hashes.count)
        var sizes: [Int32] = []
        for index in hashes.indices where hashes[index] != 0 {
            let group = table.number(hashes[index])
            if Int(group) == sizes.count { sizes.append(0) }
            groups[index] = group
            sizes[Int(group)] += 1
        }
        // Numbers the groups of two and more anew.
        var renamed = [Int32](repeating: -1, count: sizes.count)
        var starts: [Int32] = [0]
        for group in sizes.indices where sizes[group] > 1 && Int(sizes[group]) <= most {
            renamed[group] = Int32(starts.count - 1)
            starts.append(starts[starts.count - 1] + sizes[group])
        }
        var next = starts
        var members = [Int32](repeating: 0, count: Int(starts[starts.count - 1]))
        for index in groups.indices where groups[index] >= 0 {
            let group = renamed[Int(groups[index])]
            groups[index] = group
            guard group >= 0 else { continue }
            members[Int(next[Int(group)])] = Int32(index / width)
            next[Int(group)] += 1
        }
        self.groups = groups
        self.members = members
        self.starts = starts
    }

    /// Whether the rule brings the two together.
    @inline(__always)
    func joins(_ first: Int, _ second: Int) -> Bool { firstShared(first, second) >= 0 }

    /// The first group of the first record that the second is in too; -1 for none.
    @inline(__always)
    func firstShared(_ first: Int, _ second: Int) -> Int32 {
        if width == 1 { return groups[first] == groups[second] ? groups[first] : -1 }
        for a in first * width..<first * width + width where groups[a] >= 0 {
            for b in second * width..<second * width + width where groups[b] == groups[a] { return groups[a] }
        }
        return -1
    }

    /// The combined keys of every record, `width` a record; 0 for none.
    private static func hashes(_ keys: [BlockingKey], _ columns: [Column], _ count: Int) -> [UInt64] {
        let width = keys.reduce(1) { $0 * $1.width }
        var hashes = [UInt64](repeating: 0, count: count * width)
        for record in 0..<count {
            for slot in 0..<width { hashes[record * width + slot] = hash(keys, columns, record, slot) }
        }
        return hashes
    }

    @inline(__always)
    static func hash(_ keys: [BlockingKey], _ columns: [Column], _ record: Int, _ slot: Int) -> UInt64 {
        var slot = slot
        var hash: UInt64 = 0
        for key in keys {
            let code = columns[key.column].codes[record]
            guard code >= 0 else { return 0 }
            let part = key.keys[Int(code) * key.width + slot % key.width]
            guard part != 0 else { return 0 }
            slot /= key.width
            hash = TextPool.mix(hash ^ UInt64(part)) | 1
        }
        return hash
    }
}

/// Numbers keys in the order in which they come.
struct KeyTable {
    private var keys: [UInt64]
    private var numbers: [Int32]
    private(set) var count = 0

    init(capacity: Int) {
        var size = 1_024
        while size < capacity * 2 { size *= 2 }
        keys = Array(repeating: 0, count: size)
        numbers = Array(repeating: 0, count: size)
    }

    /// The number of a key other than 0.
    mutating func number(_ key: UInt64) -> Int32 {
        let mask = keys.count - 1
        var slot = Int(truncatingIfNeeded: TextPool.mix(key)) & mask
        while keys[slot] != 0 {
            if keys[slot] == key { return numbers[slot] }
            slot = (slot + 1) & mask
        }
        keys[slot] = key
        numbers[slot] = Int32(count)
        count += 1
        if count * 3 > keys.count * 2 { grow() }
        return Int32(count - 1)
    }

    private mutating func grow() {
        let old = zip(keys, numbers).filter { $0.0 != 0 }
        keys = Array(repeating: 0, count: keys.count * 2)
        numbers = Array(repeating: 0, count: keys.count)
        let mask = keys.count - 1
        for (key, number) in old {
            var slot = Int(truncatingIfNeeded: TextPool.mix(key)) & mask
            while keys[slot] != 0 { slot = (slot + 1) & mask }
            keys[slot] = key
            numbers[slot] = number
        }
    }
}
