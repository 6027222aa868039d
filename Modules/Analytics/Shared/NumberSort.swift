/// Sorts many numbers by their bits (least significant digits first), in a fraction of the time that comparing takes.
enum NumberSort {
    private static let bits = 11
    private static let few = 2_048

    /// - Parameter values: none of which is `nan`.
    static func rising(_ values: [Double]) -> [Double] {
        guard values.count > few else { return values.sorted() }
        var keys = values.map { key($0) }
        var spare = [UInt64](repeating: 0, count: keys.count)
        for shift in stride(from: 0, to: 64, by: bits) {
            guard var next = starts(keys, shift) else { continue }
            for key in keys {
                let place = digit(key, shift)
                spare[next[place]] = key
                next[place] += 1
            }
            swap(&keys, &spare)
        }
        return keys.map { number($0) }
    }

    /// The places of numbers, the largest first; those of equal ones in their order.
    static func falling(_ values: [Int64]) -> [Int32] {
        var order = values.indices.map { Int32($0) }
        guard values.count > few else {
            order.sort { (values[Int($1)], $0) < (values[Int($0)], $1) }
            return order
        }
        // Falls as the number rises.
        var keys = values.map { ~(UInt64(bitPattern: $0) ^ 1 << 63) }
        var (spareKeys, spareOrder) = (keys, order)
        for shift in stride(from: 0, to: 64, by: bits) {
            guard var next = starts(keys, shift) else { continue }
            for at in keys.indices {
                let place = digit(keys[at], shift)
                spareKeys[next[place]] = keys[at]
                spareOrder[next[place]] = order[at]
                next[place] += 1
            }
            swap(&keys, &spareKeys)
            swap(&order, &spareOrder)
        }
        return order
    }

    /// Where the keys with each digit begin; `nil` where all have the same, which leaves the order as it is.
    private static func starts(_ keys: [UInt64], _ shift: Int) -> [Int]? {
        var starts = [Int](repeating: 0, count: 1 << bits)
        for key in keys { starts[digit(key, shift)] += 1 }
        if starts[digit(keys[0], shift)] == keys.count { return nil }
        var before = 0
        for place in starts.indices {
            let count = starts[place]
            starts[place] = before
            before += count
        }
        return starts
    }

    private static func digit(_ key: UInt64, _ shift: Int) -> Int {
        Int(truncatingIfNeeded: key >> UInt64(shift)) & (1 << bits - 1)
    }

    /// Rises as the number does: all bits of negative ones are turned round, of others the sign.
    private static func key(_ number: Double) -> UInt64 {
        let bits = number.bitPattern
        return bits >> 63 == 1 ? ~bits : bits | 1 << 63
    }

    private static func number(_ key: UInt64) -> Double {
        Double(bitPattern: key >> 63 == 1 ? key & ~(1 << 63) : ~key)
    }
}
