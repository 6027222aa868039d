/// Distinct texts, each with a number from 0: UTF-16 units side by side in one array, found again by hash.
///
/// Half a million names take some ten megabytes, where as many `String`s in a dictionary take a hundred.
struct TextPool: Sendable {
    private(set) var units: [UInt16] = []
    private var starts: [UInt32] = [0]
    private var slots: [Int32] = Array(repeating: -1, count: 64)

    var count: Int { starts.count - 1 }

    /// The text's number, a new one if it was not there.
    mutating func intern(_ text: UnsafeBufferPointer<UInt16>) -> Int32 {
        let slot = self.slot(text)
        if slots[slot] >= 0 { return slots[slot] }
        let code = Int32(count)
        units.append(contentsOf: text)
        starts.append(UInt32(units.count))
        slots[slot] = code
        if count * 2 > slots.count { grow() }
        return code
    }

    /// The text's number, or -1.
    func find(_ text: UnsafeBufferPointer<UInt16>) -> Int32 { slots[slot(text)] }

    @inline(__always)
    func with<Result>(_ code: Int32, _ body: (UnsafeBufferPointer<UInt16>) -> Result) -> Result {
        let from = Int(starts[Int(code)])
        let to = Int(starts[Int(code) + 1])
        return units.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[from..<to])) }
    }

    @inline(__always)
    func with<Result>(
        _ first: Int32, _ second: Int32, _ body: (UnsafeBufferPointer<UInt16>, UnsafeBufferPointer<UInt16>) -> Result
    ) -> Result {
        let range = Int(starts[Int(first)])..<Int(starts[Int(first) + 1])
        let other = Int(starts[Int(second)])..<Int(starts[Int(second) + 1])
        return units.withUnsafeBufferPointer {
            body(UnsafeBufferPointer(rebasing: $0[range]), UnsafeBufferPointer(rebasing: $0[other]))
        }
    }

    func string(_ code: Int32) -> String { with(code) { String(decoding: $0, as: UTF16.self) } }

    static func hash(_ text: UnsafeBufferPointer<UInt16>) -> UInt64 {
        var hash: UInt64 = 0x9E37_79B9_7F4A_7C15
        for unit in text { hash = (hash ^ UInt64(unit)) &* 0x100_0000_01B3 }
        return mix(hash)
    }

    /// Spreads a number over all its bits (the finalizer of MurmurHash3).
    static func mix(_ value: UInt64) -> UInt64 {
        var value = value
        value = (value ^ (value >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        value = (value ^ (value >> 33)) &* 0xC4CE_B9FE_1A85_EC53
        return value ^ (value >> 33)
    }

    private func slot(_ text: UnsafeBufferPointer<UInt16>) -> Int {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: Self.hash(text)) & mask
        while slots[slot] >= 0, !with(slots[slot], { $0.elementsEqual(text) }) { slot = (slot + 1) & mask }
        return slot
    }

    private mutating func grow() {
        slots = Array(repeating: -1, count: slots.count * 4)
        let mask = slots.count - 1
        for code in 0..<Int32(count) {
            var slot = Int(truncatingIfNeeded: with(code, Self.hash)) & mask
            while slots[slot] >= 0 { slot = (slot + 1) & mask }
            slots[slot] = code
        }
    }
}
