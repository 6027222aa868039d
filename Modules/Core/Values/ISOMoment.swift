/// A moment as ISO 8601 writes it, and as databases and programs print it: `2026-11-24T19:01:11.629340`, `2026-11-24 19:01+01`,
/// `20261124T190111Z`, `2026-11-24 19:01:11 UTC`.
///
/// RFC 3339 (`Timestamp(rfc3339:)`) is the part of it that always names its offset. Here the offset may be left out: whoever reads
/// it says whose clock was meant.
public struct ISOMoment: Sendable, Hashable {
    /// The day as it is written, in the writer's offset.
    public let day: CivilDate
    /// Milliseconds since that day's midnight; what is finer is cut.
    public let milliseconds: Int64
    /// The writer's clock against UTC in milliseconds; `nil` where nothing is said.
    public let offset: Int64?

    /// `nil` for anything else, impossible days and times included.
    ///
    /// Understood are days and times both with separators or both without, a `T` or one space between them (or the day alone), hours
    /// with or without minutes, seconds and a fraction after a point or a comma, 24:00 for the end of a day, and `Z`, `UTC`, `GMT`,
    /// `±hh`, `±hhmm` or `±hh:mm`, with a space before it or without.
    public init?(_ text: some StringProtocol) {
        var reader = Reader(bytes: Array(text.utf8))
        guard let day = reader.day() else { return nil }
        self.day = day
        guard !reader.isAtEnd else {
            (milliseconds, offset) = (0, nil)
            return
        }
        guard reader.takeAny(of: "Tt ") else { return nil }
        guard let time = reader.time() else { return nil }
        milliseconds = time
        guard !reader.isAtEnd else {
            offset = nil
            return
        }
        guard let offset = reader.offset(), reader.isAtEnd else { return nil }
        self.offset = offset
    }

    /// The moment, where an offset is named; else that of UTC's clock.
    public var inUTC: Timestamp {
        Timestamp(milliseconds: Int64(day.daysSince1970) * 86_400_000 + milliseconds - (offset ?? 0))
    }
}

extension ISOMoment {
    private struct Reader {
        let bytes: [UInt8]
        var at = 0
        /// Whether the day has dashes: then the time has colons.
        var isExtended = true

        init(bytes: [UInt8]) { self.bytes = bytes }

        var isAtEnd: Bool { at == bytes.count }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard at < bytes.count, bytes[at] == UInt8(ascii: character) else { return false }
            at += 1
            return true
        }

        mutating func takeAny(of characters: String) -> Bool {
            guard at < bytes.count, characters.utf8.contains(bytes[at]) else { return false }
            at += 1
            return true
        }

        mutating func word(_ word: String) -> Bool {
            guard bytes[at...].elementsEqual(word.utf8) else { return false }
            at = bytes.count
            return true
        }

        mutating func number(_ count: Int, below limit: Int) -> Int? {
            guard at + count <= bytes.count else { return nil }
            var value = 0
            for byte in bytes[at..<at + count] {
                guard (0x30...0x39).contains(byte) else { return nil }
                value = value * 10 + Int(byte) - 0x30
            }
            guard value < limit else { return nil }
            at += count
            return value
        }

        mutating func day() -> CivilDate? {
            guard let year = number(4, below: 10_000) else { return nil }
            isExtended = take("-")
            guard let month = number(2, below: 13), !isExtended || take("-"), let day = number(2, below: 32) else { return nil }
            return CivilDate(year: year, month: month, day: day)
        }

        /// Milliseconds since midnight.
        mutating func time() -> Int64? {
            guard let hour = number(2, below: 25) else { return nil }
            var (minute, second, fraction) = (0, 0, 0)
            if hasMore {
                guard let found = number(2, below: 60) else { return nil }
                minute = found
                if hasMore {
                    // A leap second is the first of the next minute.
                    guard let found = number(2, below: 61) else { return nil }
                    second = found
                    if takeAny(of: ".,") {
                        guard let found = self.fraction() else { return nil }
                        fraction = found
                    }
                }
            }
            guard hour < 24 || (minute, second, fraction) == (0, 0, 0) else { return nil }
            return Int64(((hour * 60 + minute) * 60 + second) * 1_000 + fraction)
        }

        /// Whether two more digits of the time follow, past their colon.
        private var hasMore: Bool {
            mutating get {
                if isExtended { return take(":") }
                return at < bytes.count && (0x30...0x39).contains(bytes[at])
            }
        }

        private mutating func fraction() -> Int? {
            var (count, value) = (0, 0)
            while at < bytes.count, (0x30...0x39).contains(bytes[at]) {
                if count < 3 { value = value * 10 + Int(bytes[at]) - 0x30 }
                count += 1
                at += 1
            }
            guard count > 0 else { return nil }
            for _ in 0..<max(0, 3 - count) { value *= 10 }
            return value
        }

        mutating func offset() -> Int64? {
            _ = take(" ")
            if word("Z") || word("z") || word("UTC") || word("GMT") { return 0 }
            let isBehind = take("-")
            guard isBehind || take("+"), let hours = number(2, below: 24) else { return nil }
            var minutes = 0
            if !isAtEnd {
                _ = take(":")
                guard let found = number(2, below: 60) else { return nil }
                minutes = found
            }
            return Int64((hours * 60 + minutes) * 60_000) * (isBehind ? -1 : 1)
        }
    }
}

extension Timestamp {
    /// Reads RFC 3339 and whatever else of ISO 8601 `ISOMoment` understands; without an offset it is of UTC's clock.
    public init?(iso8601 text: some StringProtocol) {
        guard let moment = Timestamp(rfc3339: text) ?? ISOMoment(text)?.inUTC else { return nil }
        self = moment
    }
}
