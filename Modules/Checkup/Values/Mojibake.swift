/// UTF-8 that was read as Windows-1252, and how it read before: `MÃ¼ller` is `Müller`.
enum Mojibake {
    /// The text as it was, `nil` where there is no sign that it ever was another.
    static func repaired(_ text: String) -> String? {
        guard let once = repairedOnce(text) else { return nil }
        // What went wrong may have gone wrong twice.
        return repairedOnce(once) ?? once
    }

    private static func repairedOnce(_ text: String) -> String? {
        let scalars = Array(text.unicodeScalars)
        var out = String.UnicodeScalarView()
        var found = false
        var at = 0
        while at < scalars.count {
            if let (scalar, width) = sequence(scalars, at) {
                out.append(scalar)
                at += width
                found = true
            } else {
                out.append(scalars[at])
                at += 1
            }
        }
        return found ? String(out) : nil
    }

    /// One letter of two to four bytes, each read as a letter of its own.
    private static func sequence(_ scalars: [Unicode.Scalar], _ at: Int) -> (Unicode.Scalar, Int)? {
        guard let lead = byte(scalars[at]) else { return nil }
        let width = lead >= 0xC2 && lead <= 0xDF ? 2 : lead >= 0xE0 && lead <= 0xEF ? 3 : lead >= 0xF0 && lead <= 0xF4 ? 4 : 0
        guard width > 0, at + width <= scalars.count else { return nil }
        var value = UInt32(lead) & (width == 2 ? 0x1F : width == 3 ? 0x0F : 0x07)
        for index in 1..<width {
            guard let next = byte(scalars[at + index]), next >= 0x80, next <= 0xBF else { return nil }
            value = value << 6 | UInt32(next & 0x3F)
        }
        guard let scalar = Unicode.Scalar(value), value >= (width == 2 ? 0x80 : width == 3 ? 0x800 : 0x10000) else { return nil }
        // Two letters may stand side by side by chance, as in `CAFÉ»`: then nothing of a word follows.
        if width == 2, lead > 0xC3, punctuation.contains(scalars[at + 1]) {
            guard at + 2 < scalars.count, scalars[at + 2].properties.isAlphabetic else { return nil }
        }
        return (scalar, width)
    }

    private static let punctuation: Set<Unicode.Scalar> = [
        "»", "«", "›", "‹", "\u{A0}", "’", "‘", "“", "”", "„", "…", "–", "—", "™", "®", "©", "°", "•",
    ]

    /// The byte that Windows-1252 writes for a letter; undefined ones stand for themselves.
    private static func byte(_ scalar: Unicode.Scalar) -> UInt8? {
        if scalar.value >= 0x80, scalar.value <= 0xFF { return UInt8(scalar.value) }
        return high[scalar.value]
    }

    private static let high: [UInt32: UInt8] = [
        0x20AC: 0x80, 0x201A: 0x82, 0x0192: 0x83, 0x201E: 0x84, 0x2026: 0x85, 0x2020: 0x86, 0x2021: 0x87, 0x02C6: 0x88,
        0x2030: 0x89,
        0x0160: 0x8A, 0x2039: 0x8B, 0x0152: 0x8C, 0x017D: 0x8E, 0x2018: 0x91, 0x2019: 0x92, 0x201C: 0x93, 0x201D: 0x94,
        0x2022: 0x95,
        0x2013: 0x96, 0x2014: 0x97, 0x02DC: 0x98, 0x2122: 0x99, 0x0161: 0x9A, 0x203A: 0x9B, 0x0153: 0x9C, 0x017E: 0x9E,
        0x0178: 0x9F,
    ]
}
