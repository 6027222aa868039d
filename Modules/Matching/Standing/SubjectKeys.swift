/// The keys by which live records find each other: two are compared if they share one. They are the same whatever the model, so
/// an index of them stays good when a model is learnt anew.
///
/// Each key joins two things that a duplicate seldom has both wrong: the sound of a name with the day of birth, names with the
/// year or the place, a name with the house, a number, a mailbox. Hashes only: a key cannot be read back.
public enum SubjectKeys {
    private enum Tag: UInt64 {
        case nameAndDay = 1
        case namesAndYear, namesAndPlace, nameAndHouse, phone, mailbox, nameAndFirm
    }

    /// Ascending, each once.
    public static func keys(of subject: MatchSubject) -> [Int64] {
        var maker = Maker(subject)
        return maker.make()
    }

    private struct Maker {
        let subject: MatchSubject
        var folder = TextFolder()
        var keys: Set<Int64> = []

        init(_ subject: MatchSubject) { self.subject = subject }

        mutating func make() -> [Int64] {
            let first = sounds("first_name").first
            let last = sounds("last_name").last ?? sounds("last_name").first
            let names = [first, last].compactMap { $0 }
            let dates = units("birthday").compactMap { DateValue($0, dayFirst: false) }
            for date in dates where date.month > 0 && (date.month, date.day) != (1, 1) {
                let day = UInt64(date.year * 10_000 + min(date.month, date.day) * 100 + max(date.month, date.day))
                for name in Set(names) { add(.nameAndDay, day, name) }
            }
            if let first, let last {
                // Whichever stands first: people fill the wrong box.
                let both = TextPool.mix(min(first, last)) ^ max(first, last)
                for date in dates { add(.namesAndYear, UInt64(date.year), both) }
                for place in places { add(.namesAndPlace, place, both) }
            }
            let houses = units("street").compactMap(house)
            for house in houses { for name in Set(names) { add(.nameAndHouse, house, name) } }
            for number in units("phone") {
                let digits = number.filter(\.isDigit)
                if digits.count >= 7 { add(.phone, hash(digits.suffix(7)), 0) }
            }
            for address in units("email") {
                let local = address.prefix { $0 != 0x40 && $0 != 0x2B }.filter { $0 != 0x2E && $0 != 0x5F && $0 != 0x2D }
                if local.count >= 4 { add(.mailbox, hash(local), 0) }
            }
            if let last {
                for firm in units("company") {
                    guard let word = words(firm).first(where: { $0.count > 2 }) else { continue }
                    add(.nameAndFirm, hash(word), last)
                }
            }
            return keys.sorted()
        }

        private mutating func add(_ tag: Tag, _ one: UInt64, _ other: UInt64) {
            let key = TextPool.mix(TextPool.mix(one ^ (tag.rawValue << 56)) ^ other)
            keys.insert(Int64(bitPattern: key))
        }

        private mutating func units(_ column: String) -> [[UInt16]] {
            (subject.values[column] ?? []).compactMap { value in
                folder.fold(value)
                return folder.units.isEmpty ? nil : folder.units
            }
        }

        private func words(_ text: [UInt16]) -> [[UInt16]] {
            text.split { !$0.isWordUnit && $0 != 0x27 }.map(Array.init)
        }

        /// How the words of a name sound.
        private mutating func sounds(_ column: String) -> [UInt64] {
            units(column).flatMap(words).compactMap { word in
                let sound = word.withUnsafeBufferPointer(PhoneticKey.of)
                return sound == 0 ? nil : UInt64(sound)
            }
        }

        /// The town by its sound, and the beginning of the postcode.
        private var places: [UInt64] {
            mutating get {
                let towns = units("city").compactMap { words($0).max { $0.count < $1.count } }.map {
                    UInt64($0.withUnsafeBufferPointer(PhoneticKey.of))
                }
                let codes = units("postcode").map { code in
                    let plain = code.filter(\.isWordUnit)
                    let length = plain.contains(where: \.isSmallLetter) ? max(2, plain.count - 3) : max(2, (plain.count + 1) / 2)
                    return hash(plain.prefix(length)) | 1 << 63
                }
                return towns + codes
            }
        }

        /// A house number with the sound of its street.
        private func house(_ street: [UInt16]) -> UInt64? {
            let words = words(street)
            guard let number = words.first(where: { $0.contains(where: \.isDigit) }),
                let name = words.first(where: { $0.count > 1 && !$0.contains(where: \.isDigit) })
            else { return nil }
            return hash(number.prefix { $0.isDigit }) ^ UInt64(name.withUnsafeBufferPointer(PhoneticKey.of))
        }

        private func hash(_ units: some Collection<UInt16>) -> UInt64 {
            Array(units).withUnsafeBufferPointer(TextPool.hash)
        }
    }
}
