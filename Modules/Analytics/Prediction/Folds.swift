import RapportCore

/// Which rows are learnt from, and which the result is tried on.
struct Split: Sendable {
    let training: [Int32]
    let validation: [Int32]

    /// Every row is tried once, on what was learnt from the others; each part has its share of yes and no.
    static func stratified(_ rows: [Int32], _ target: [Int8], parts: Int, seed: UInt64) -> [Split] {
        var numbers = SplitMix64(seed: seed)
        var part = [Int8](repeating: 0, count: rows.count)
        var dealt = 0
        for kind: Int8 in [1, 0] {
            var members = rows.indices.filter { target[Int(rows[$0])] == kind }
            members.shuffle(using: &numbers)
            for index in members {
                part[index] = Int8(dealt % parts)
                dealt += 1
            }
        }
        return (0..<parts).map { wanted in
            var training: [Int32] = []
            var validation: [Int32] = []
            training.reserveCapacity(rows.count)
            for index in rows.indices {
                if Int(part[index]) == wanted { validation.append(rows[index]) } else { training.append(rows[index]) }
            }
            return Split(training: training, validation: validation)
        }
    }

    /// At most so many of the rows, with the share of yes and no kept.
    static func sample(_ rows: [Int32], _ target: [Int8], limit: Int, seed: UInt64) -> [Int32] {
        guard rows.count > limit else { return rows }
        var numbers = SplitMix64(seed: seed)
        var out: [Int32] = []
        for kind: Int8 in [1, 0] {
            var members = rows.filter { target[Int($0)] == kind }
            let share = members.count * limit / rows.count
            members.shuffle(using: &numbers)
            // Of a rare answer, all that there is up to a tenth of the sample.
            out += members.prefix(max(share, min(members.count, limit / 10)))
        }
        return out.sorted()
    }
}
