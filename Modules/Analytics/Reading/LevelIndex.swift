/// Numbers the different texts of a column in the order of their first appearance.
struct LevelIndex {
    private var arena: [UInt8] = []
    private var ends: [Int] = []
    private var hashes: [UInt32] = []
    /// Open addressing; -1: free.
    private var slots = [Int32](repeating: -1, count: 64)

    var count: Int { ends.count }

    /// The number of a text; a new one where it was not met before.
    mutating func code(of bytes: UnsafeBufferPointer<UInt8>) -> Int32 {
        let hash = Self.hash(bytes)
        var slot = Int(hash) & (slots.count - 1)
        while slots[slot] >= 0 {
            let code = Int(slots[slot])
            if hashes[code] == hash, isEqual(code, bytes) { return Int32(code) }
            slot = (slot + 1) & (slots.count - 1)
        }
        let code = Int32(ends.count)
        slots[slot] = code
        arena.append(contentsOf: bytes)
        ends.append(arena.count)
        hashes.append(hash)
        if ends.count * 2 > slots.count { grow() }
        return code
    }

    mutating func code(of text: String) -> Int32 {
        var text = text
        return text.withUTF8 { code(of: $0) }
    }

    /// The number of a text that was met, `nil` for others.
    func known(_ text: String) -> Int? {
        var text = text
        return text.withUTF8 { bytes in
            let hash = Self.hash(bytes)
            var slot = Int(hash) & (slots.count - 1)
            while slots[slot] >= 0 {
                let code = Int(slots[slot])
                if hashes[code] == hash, isEqual(code, bytes) { return code }
                slot = (slot + 1) & (slots.count - 1)
            }
            return nil
        }
    }

    func text(_ code: Int) -> String {
        String(decoding: arena[(code == 0 ? 0 : ends[code - 1])..<ends[code]], as: UTF8.self)
    }

    var texts: [String] { (0..<count).map { text($0) } }

    private func isEqual(_ code: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = code == 0 ? 0 : ends[code - 1]
        guard ends[code] - start == bytes.count else { return false }
        return arena.withUnsafeBufferPointer { held in
            for index in 0..<bytes.count where held[start + index] != bytes[index] { return false }
            return true
        }
    }

    private mutating func grow() {
        var larger = [Int32](repeating: -1, count: slots.count * 2)
        for code in hashes.indices {
            var slot = Int(hashes[code]) & (larger.count - 1)
            while larger[slot] >= 0 { slot = (slot + 1) & (larger.count - 1) }
            larger[slot] = Int32(code)
        }
        slots = larger
    }

    /// Eight bytes at a time, mixed by multiplication; the same in every process.
    private static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(bytes.count)
        let raw = UnsafeRawBufferPointer(bytes)
        var at = 0
        while at + 8 <= raw.count {
            state = mixed(state ^ raw.loadUnaligned(fromByteOffset: at, as: UInt64.self))
            at += 8
        }
        var rest: UInt64 = 0
        while at < raw.count {
            rest = rest << 8 | UInt64(raw[at])
            at += 1
        }
        return UInt32(truncatingIfNeeded: mixed(state ^ rest))
    }

    private static func mixed(_ value: UInt64) -> UInt64 {
        let (high, low) = value.multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
        return high ^ low
    }
}
