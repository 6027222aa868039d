/// Which delimiters are worth trying on a sample.
enum DelimiterCandidate {
    /// How likely a delimiter is before anything is known of the file.
    private static let priors: [(byte: UInt8, prior: Double)] = [
        (0x2C, 1), (0x3B, 1), (0x09, 1), (0x7C, 0.99), (0x1F, 0.99), (0x01, 0.99), (0x3A, 0.85), (0x5E, 0.95), (0x7E, 0.95),
        (0x20, 0.75),
        (0x23, 0.85), (0x26, 0.8), (0x21, 0.85), (0x24, 0.8), (0x25, 0.8), (0x2A, 0.8), (0x2F, 0.5), (0x3D, 0.7), (0x40, 0.6),
        (0x5C, 0.6),
    ]

    /// Single bytes that occur, and runs of several that always occur as a whole.
    static func find(in text: [UInt8]) -> [(bytes: [UInt8], prior: Double)] {
        var counts = [Int](repeating: 0, count: 256)
        for byte in text { counts[Int(byte)] += 1 }
        var found: [(bytes: [UInt8], prior: Double)] = [([], 1)]
        for (byte, prior) in priors where counts[Int(byte)] > 0 { found.append(([byte], prior)) }
        // ¦ and § in UTF-8.
        for pair: [UInt8] in [[0xC2, 0xA6], [0xC2, 0xA7]] where TableDialect.contains(text, pair) { found.append((pair, 0.9)) }
        return found + runs(in: text, counts)
    }

    /// `||`, `::`, `|~|`, `, `: sequences that take up nearly all occurrences of their first byte.
    private static func runs(in text: [UInt8], _ counts: [Int]) -> [(bytes: [UInt8], prior: Double)] {
        var seen: [[UInt8]: Int] = [:]
        var run: [UInt8] = []
        for byte in text + [0x0A] {
            if isPunctuation(byte) {
                run.append(byte)
                if run.count > 8 { run.removeFirst() }
                continue
            }
            // A comma with a space after it delimits; a space with anything before it does not.
            if byte == 0x20, run.count == 1 { seen[run + [0x20], default: 0] += 1 }
            if run.count >= 2 {
                seen[run, default: 0] += 1
                // Empty fields make runs of runs.
                for length in 2...4 where run.count > length && run.count % length == 0 {
                    let unit = Array(run.prefix(length))
                    let repeated = (0..<run.count).allSatisfy { run[$0] == unit[$0 % length] }
                    if repeated { seen[unit, default: 0] += run.count / length }
                }
            }
            run = []
        }
        return seen.filter { entry in
            let first = entry.key[0]
            // Commas without a space may stand in numbers, between which `, ` delimits.
            if entry.key.count == 2, entry.key[1] == 0x20 { return entry.value >= 2 }
            let each = entry.key.count { $0 == first }
            return entry.value >= 2 && entry.key.count <= 4 && entry.value * each * 10 >= counts[Int(first)] * 8
        }.sorted { $0.value > $1.value || ($0.value == $1.value && $0.key.lexicographicallyPrecedes($1.key)) }
            .prefix(4).map { ($0.key, $0.key.last == 0x20 ? 1.01 : 1.02) }
    }

    private static func isPunctuation(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21, 0x23...0x26, 0x2A, 0x2C, 0x3A, 0x3B, 0x3D, 0x40, 0x5C, 0x5E, 0x7C, 0x7E, 0x01...0x08, 0x1C...0x1F: true
        default: false
        }
    }
}
