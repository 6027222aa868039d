/// One or more keys that two records must share to be compared, laid out as groups of records.
struct BlockingRule: Sendable {
    let keys: [BlockingKey]
    /// The group of each record, `width` a record; -1 for none: alone with its key, or one of too many.
    let groups: [Int32]
    let width: Int
    /// Records of the groups, one group after the other, and where each begins.
    let members: [Int32]
    let starts: [Int32]

    /// Whether its groups are the first records of parts of another rule's groups.
    let isOfParts: Bool

    var groupCount: Int { starts.count - 1 }

    /// Lays a rule out; what it has too many of is a rule of its own.
    ///
    /// - Parameter orders: keys by which the records of groups that are too large are ordered.
    static func laidOut(
        _ keys: [BlockingKey], _ columns: [Column], count: Int, limit: BlockingLimit, orders: [BlockingKey]
    ) -> [BlockingRule] {
        let width = keys.reduce(1) { $0 * $1.width }
        var (groups, sizes) = numbered(keys, columns, count)
        let firsts = split(&groups, &sizes, columns, width: width, limit, orders)
        let rule = BlockingRule(keys, groups, sizes, width: width, most: limit.whole)
        guard let firsts else { return [rule] }
        return [rule, BlockingRule(keys, firsts.groups, firsts.sizes, width: width, most: limit.whole, isOfParts: true)]
    }

    /// The group of each record's keys, and how many each has.
    private static func numbered(_ keys: [BlockingKey], _ columns: [Column], _ count: Int) -> (groups: [Int32], sizes: [Int32]) {
        let width = keys.reduce(1) { $0 * $1.width }
        var table = KeyTable(capacity: count)
        var groups = [Int32](repeating: -1, count: count * width)
        var sizes: [Int32] = []
        for record in 0..<count {
            for slot in 0..<width {
                let hash = hash(keys, columns, record, slot)
                guard hash != 0 else { continue }
                let group = table.number(hash)
                if Int(group) == sizes.count { sizes.append(0) }
                groups[record * width + slot] = group
                sizes[Int(group)] += 1
            }
        }
        return (groups, sizes)
    }

    /// Cuts groups that are too large into parts.
    ///
    /// - Returns: the groups of the parts' first records; `nil` where nothing was cut.
    private static func split(
        _ groups: inout [Int32], _ sizes: inout [Int32], _ columns: [Column], width: Int, _ limit: BlockingLimit,
        _ orders: [BlockingKey]
    ) -> (groups: [Int32], sizes: [Int32])? {
        let isLarge = sizes.map { Int($0) > limit.whole && Int($0) <= limit.largest }
        guard isLarge.contains(true) else { return nil }
        func order(_ key: BlockingKey?, _ record: Int) -> UInt64 {
            guard let key else { return 0 }
            let code = columns[key.column].codes[record]
            return code < 0 ? UInt64(UInt32.max) : UInt64(key.keys[Int(code) * key.width])
        }
        var members: [(group: Int32, order: UInt64, index: Int32)] = []
        for index in groups.indices where groups[index] >= 0 && isLarge[Int(groups[index])] {
            let record = index / width
            let key = order(orders.first, record) << 32 | order(orders.dropFirst().first, record)
            members.append((groups[index], key, Int32(index)))
        }
        members.sort { ($0.group, $0.order, $0.index) < ($1.group, $1.order, $1.index) }
        var firsts = [Int32](repeating: -1, count: groups.count)
        var firstSizes: [Int32] = []
        var (last, taken) = (Int32(-1), 0)
        for member in members {
            if member.group != last {
                last = member.group
                taken = 0
                firstSizes.append(0)
            } else if taken > 0, taken / limit.part % limit.whole == 0, taken % limit.part == 0 {
                // As many parts as are compared whole are held together; then the next ones.
                firstSizes.append(0)
            }
            if taken % limit.part == 0 {
                sizes.append(0)
                firsts[Int(member.index)] = Int32(firstSizes.count - 1)
                firstSizes[firstSizes.count - 1] += 1
            }
            groups[Int(member.index)] = Int32(sizes.count - 1)
            sizes[sizes.count - 1] += 1
            taken += 1
        }
        return (firsts, firstSizes)
    }

    private init(
        _ keys: [BlockingKey], _ numbered: [Int32], _ sizes: [Int32], width: Int, most: Int, isOfParts: Bool = false
    ) {
        self.keys = keys
        self.width = width
        self.isOfParts = isOfParts
        var groups = numbered
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

    /// The combined keys of a record; 0 for none.
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
