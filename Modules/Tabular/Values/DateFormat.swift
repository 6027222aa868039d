public import Foundation
public import RapportCore

/// How dates and times are written: `DD.MM.YYYY HH:mm`, `M/D/YY h:mm A`, `YYYY-MM-DD`, or `RFC 3339`, `ISO 8601`, `unix`, `unix_ms`.
///
/// Tokens: `YYYY YY MM M MMM DD D HH H h mm ss SSS A Z`; `SSS` is a fraction of a second of one digit or more. Everything else stands
/// for itself. `ISO 8601` is what `ISOMoment` reads: `RFC 3339` and times without an offset, with seconds or without.
public struct DateFormat: Sendable, Hashable {
    enum Token: Sendable, Hashable {
        case year4, year2, month, monthName, day, hour, hour12, minute, second, fraction, half, offset
        case literal(Character)
    }
    enum Form: Sendable, Hashable {
        case tokens([Token])
        case rfc3339, iso8601, unixSeconds, unixMilliseconds
    }

    public let text: String
    let form: Form

    /// `nil` for a format that names no year, month and day.
    public init?(_ text: String) {
        self.text = text
        switch text.lowercased() {
        case "rfc 3339", "rfc3339":
            form = .rfc3339
            return
        case "iso", "iso 8601", "iso8601":
            form = .iso8601
            return
        case "unix":
            form = .unixSeconds
            return
        case "unix_ms":
            form = .unixMilliseconds
            return
        default: break
        }
        let known: [(String, Token)] = [
            ("YYYY", .year4), ("YY", .year2), ("MMM", .monthName), ("MM", .month), ("M", .month), ("DD", .day), ("D", .day),
            ("HH", .hour), ("H", .hour), ("h", .hour12), ("mm", .minute), ("SSS", .fraction), ("ss", .second), ("A", .half),
            ("Z", .offset),
        ]
        var tokens: [Token] = []
        var rest = Substring(text)
        while let first = rest.first {
            if let (name, token) = known.first(where: { rest.hasPrefix($0.0) }) {
                tokens.append(token)
                rest = rest.dropFirst(name.count)
            } else {
                tokens.append(.literal(first))
                rest.removeFirst()
            }
        }
        let hasYear = tokens.contains(.year4) || tokens.contains(.year2)
        guard hasYear, tokens.contains(.month) || tokens.contains(.monthName), tokens.contains(.day) else { return nil }
        form = .tokens(tokens)
    }

    /// The calendar day, as `YYYY-MM-DD`.
    public func date(_ text: String) -> String? {
        switch form {
        case .tokens(let tokens):
            guard let day = DateScanner.parts(text, tokens)?.day else { return nil }
            return Self.written(day)
        case .rfc3339:
            // The day as it is written: midnight at +02:00 is of that day, and not of UTC's, which is the one before.
            return timestamp(text, zone: nil).map { _ in String(text.prefix(10)) }
        case .iso8601: return ISOMoment(text).map { Self.written($0.day) }
        case .unixSeconds, .unixMilliseconds: return timestamp(text, zone: nil).map { String($0.rfc3339.prefix(10)) }
        }
    }

    /// The moment; a time without offset is one of `zone` (IANA), UTC where none is named.
    public func timestamp(_ text: String, zone: String?) -> Timestamp? {
        switch form {
        case .rfc3339: return Timestamp(rfc3339: text) ?? Timestamp(rfc3339: text + "T00:00:00Z")
        case .iso8601:
            guard let read = ISOMoment(text) else { return nil }
            return read.offset == nil ? Self.moment(read.day, read.milliseconds, zone) : read.inUTC
        case .unixSeconds: return ScaledInteger.parse(text, scale: 3).map { Timestamp(milliseconds: $0) }
        case .unixMilliseconds: return Int64(text).map { Timestamp(milliseconds: $0) }
        case .tokens(let tokens):
            guard let parts = DateScanner.parts(text, tokens) else { return nil }
            guard let offset = parts.offset else { return Self.moment(parts.day, parts.milliseconds, zone) }
            return Timestamp(milliseconds: Int64(parts.day.daysSince1970) * 86_400_000 + parts.milliseconds - offset)
        }
    }

    /// The moment at which the clocks of `zone` show this.
    private static func moment(_ day: CivilDate, _ milliseconds: Int64, _ zone: String?) -> Timestamp? {
        let local = Int64(day.daysSince1970) * 86_400_000 + milliseconds
        guard let zone, zone != "UTC" else { return Timestamp(milliseconds: local) }
        guard let rules = Zones.zone(zone) else { return nil }
        // The offset at the moment itself: ask again once, since the first guess may lie beyond a change of clocks.
        func offset(_ ms: Int64) -> Int64 {
            Int64(rules.secondsFromGMT(for: Date(timeIntervalSince1970: Double(ms) / 1_000))) * 1_000
        }
        let guess = local - offset(local)
        return Timestamp(milliseconds: local - offset(guess))
    }

    private static func written(_ day: CivilDate) -> String {
        func padded(_ number: Int, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return "\(padded(day.year, 4))-\(padded(day.month, 2))-\(padded(day.day, 2))"
    }
}

/// Time zones by their IANA names.
public enum Zones {
    public static func zone(_ name: String) -> TimeZone? { TimeZone(identifier: name) }
}
