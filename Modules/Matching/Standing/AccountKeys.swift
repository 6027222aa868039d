/// The keys by which companies find each other, as `SubjectKeys` are for people: a register number, a site, a telephone, a word of the
/// name with the place, a house with its street. Hashes only.
public enum AccountKeys {
    private enum Tag: UInt64 {
        case number = 101
        case site, phone, wordAndPlace, words, house
    }

    /// Ascending, each once.
    public static func keys(of subject: MatchSubject) -> [Int64] {
        var maker = Maker(subject: subject)
        return maker.make()
    }

    private struct Maker {
        let subject: MatchSubject
        var folder = TextFolder()
        var keys: Set<Int64> = []

        mutating func make() -> [Int64] {
            for number in units("number") {
                let plain = number.filter(\.isWordUnit)
                if plain.count >= 5 { add(.number, hash(plain), 0) }
            }
            for site in units("web") {
                let host = site.prefix { $0 != 0x2F }
                if host.count >= 4 { add(.site, hash(host), 0) }
            }
            for number in units("phone") {
                let digits = number.filter(\.isDigit)
                if digits.count >= 7 { add(.phone, hash(digits.suffix(7)), 0) }
            }
            let places = places()
            for name in units("name") {
                let words = name.split { !$0.isWordUnit && $0 != 0x27 }.map(Array.init).filter {
                    $0.count > 1 && !LegalForms.words.contains($0)
                }
                let sounds = words.prefix(6).map(sound)
                for word in Set(sounds) { for place in places { add(.wordAndPlace, place, word) } }
                // Without a place, two words, or the one that there is.
                if sounds.count == 1 { add(.words, sounds[0], 0) }
                for (index, one) in sounds.enumerated() {
                    for other in sounds[(index + 1)...] where other != one { add(.words, min(one, other), max(one, other)) }
                }
            }
            for street in units("street") {
                let words = street.split { !$0.isWordUnit }.map(Array.init)
                guard let number = words.first(where: { $0.contains(where: \.isDigit) }),
                    let name = words.first(where: { $0.count > 1 && !$0.contains(where: \.isDigit) })
                else { continue }
                for place in places { add(.house, place, hash(number) ^ sound(name)) }
            }
            return keys.sorted()
        }

        /// The town by its sound, and the postcode.
        private mutating func places() -> [UInt64] {
            let towns = units("city").map { sound($0) }
            return towns + units("postcode").map { hash($0.filter(\.isWordUnit)) | 1 << 63 }
        }

        private mutating func add(_ tag: Tag, _ one: UInt64, _ other: UInt64) {
            keys.insert(Int64(bitPattern: TextPool.mix(TextPool.mix(one ^ (tag.rawValue << 56)) ^ other)))
        }

        private mutating func units(_ column: String) -> [[UInt16]] {
            (subject.values[column] ?? []).compactMap { value in
                folder.fold(value)
                return folder.units.isEmpty ? nil : folder.units
            }
        }

        private func sound(_ word: [UInt16]) -> UInt64 {
            let sound = word.withUnsafeBufferPointer(PhoneticKey.of)
            return sound > 31 ? UInt64(sound) : hash(word)
        }

        private func hash(_ units: some Collection<UInt16>) -> UInt64 {
            Array(units).withUnsafeBufferPointer(TextPool.hash)
        }
    }
}
