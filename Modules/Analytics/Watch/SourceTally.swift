import RapportCore

/// What is known of whom, and by which sources: a byte a person and a bit a person and source.
struct SourceTally {
    static let email: UInt8 = 1
    static let phone: UInt8 = 2
    static let name: UInt8 = 4
    /// Several sources know them.
    private static let shared: UInt8 = 8

    private let living: LivingPeople
    private var flags: [UInt8]
    /// The first source that knew a person; -1: none yet.
    private var firsts: [Int32]
    /// By source, a bit for each person; empty for sources that know nobody.
    private var known: [[UInt64]]

    /// - Parameter sources: no source's number is greater.
    init(_ living: LivingPeople, sources: Int64) {
        self.living = living
        flags = [UInt8](repeating: 0, count: living.bound)
        firsts = [Int32](repeating: -1, count: living.bound)
        known = [[UInt64]](repeating: [], count: Int(sources) + 1)
    }

    mutating func knows(_ source: Int64, _ person: PersonID) {
        guard living.contains(person) else { return }
        let (source, person) = (Int(source), Int(person))
        if known[source].isEmpty { known[source] = [UInt64](repeating: 0, count: living.bound / 64 + 1) }
        known[source][person / 64] |= 1 << UInt64(person % 64)
        if firsts[person] < 0 {
            firsts[person] = Int32(source)
        } else if firsts[person] != Int32(source) {
            flags[person] |= Self.shared
        }
    }

    mutating func has(_ what: UInt8, _ person: PersonID) {
        guard living.contains(person) else { return }
        flags[Int(person)] |= what
    }

    func sources(_ names: [Int64: String]) -> [Adoption.Source] {
        known.indices.compactMap { source in
            guard !known[source].isEmpty, let name = names[Int64(source)] else { return nil }
            var found = Adoption.Source(
                name: name, people: 0, withEmail: 0, withPhone: 0, withName: 0, alone: 0, rows: 0, rejected: 0)
            for (place, word) in known[source].enumerated() where word != 0 {
                var left = word
                while left != 0 {
                    let own = flags[place * 64 + left.trailingZeroBitCount]
                    left &= left - 1
                    found.people += 1
                    found.withEmail += own & Self.email > 0 ? 1 : 0
                    found.withPhone += own & Self.phone > 0 ? 1 : 0
                    found.withName += own & Self.name > 0 ? 1 : 0
                    found.alone += own & Self.shared > 0 ? 0 : 1
                }
            }
            return found
        }
    }
}
