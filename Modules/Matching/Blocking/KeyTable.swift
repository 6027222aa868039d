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
