import RapportCore

/// Small letters, quickly where all is ASCII.
enum Folding {
    static func small(_ text: String) -> String { Text.folded(text) }

    /// 64 bits that tell values apart: FNV-1a over the bytes, ASCII capitals as small letters, mixed at the end.
    static func hash(_ text: String) -> UInt64 {
        var text = text
        return text.withUTF8 { bytes in
            var hash: UInt64 = 0xCBF2_9CE4_8422_2325
            for byte in bytes {
                let small = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
                hash = (hash ^ UInt64(small)) &* 0x100_0000_01B3
            }
            return mix(hash)
        }
    }

    /// The finalizer of MurmurHash3 (A. Appleby, public domain). Never 0, which stands for no value.
    static func mix(_ value: UInt64) -> UInt64 {
        var value = value
        value = (value ^ (value >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        value = (value ^ (value >> 33)) &* 0xC4CE_B9FE_1A85_EC53
        value ^= value >> 33
        return value == 0 ? 1 : value
    }
}
