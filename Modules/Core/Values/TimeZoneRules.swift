public import Foundation

/// The calendar in one IANA zone: which day a moment is in, and when a day begins.
public struct TimeZoneRules: Sendable, Hashable {
    public static let utc = TimeZoneRules(.gmt)

    public let zone: TimeZone

    public init(_ zone: TimeZone) { self.zone = zone }

    /// - Parameter identifier: an IANA name, links to other names too, in any case: `Europe/Paris`, `asia/kolkata`, `Etc/UTC`.
    public init?(_ identifier: String) {
        let folded = identifier.lowercased()
        guard let zone = Self.names[folded].flatMap(TimeZone.init(identifier:)) ?? Self.link(folded, as: identifier) else {
            return nil
        }
        self.zone = zone
    }

    private static let names = Dictionary(
        (TimeZone.knownTimeZoneIdentifiers + ["UTC", "GMT"]).map { ($0.lowercased(), $0) },
        uniquingKeysWith: { first, _ in first })

    /// Foundation lists one name of each zone and opens the others too, but only in IANA's own case: `Asia/Kolkata`, `US/Eastern`.
    private static func link(_ folded: String, as written: String) -> TimeZone? {
        let parts = folded.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count > 1 else { return nil }
        let titled = parts.map(titled).joined(separator: "/")
        let area = [parts[0].uppercased()] + parts.dropFirst().map(Self.titled)
        let offset = [Self.titled(parts[0])] + parts.dropFirst().map { $0.uppercased() }
        return [written, titled, area.joined(separator: "/"), offset.joined(separator: "/")].lazy
            .compactMap(TimeZone.init(identifier:)).first
    }

    /// `buenos_aires` as `Buenos_Aires`.
    private static func titled(_ part: String) -> String {
        part.split(separator: "_", omittingEmptySubsequences: false).map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(
            separator: "_")
    }

    /// Days since 1970-01-01 of the day that `milliseconds` is in.
    public func day(of milliseconds: Int64) -> Int64 { (milliseconds + offset(at: milliseconds)).flooredDivision(by: 86_400_000) }

    /// What clocks show, in minutes, 0…1,439: also on days on which they are put forward or back.
    public func minute(of milliseconds: Int64) -> Int64 {
        let local = milliseconds + offset(at: milliseconds)
        return (local - local.flooredDivision(by: 86_400_000) * 86_400_000) / 60_000
    }

    /// The day so many months before the one that `milliseconds` is in: the same of its month, or that month's last.
    public func day(of milliseconds: Int64, monthsEarlier months: Int64) -> Int64 {
        Int64(CivilDate(daysSince1970: Int(day(of: milliseconds))).adding(months: -Int(months)).daysSince1970)
    }

    /// The first moment of a day, in milliseconds. Where clocks skip midnight, the moment they skip to.
    public func start(ofDay day: Int64) -> Int64 {
        let utc = day * 86_400_000
        let candidates = [offset(at: utc - 86_400_000), offset(at: utc + 86_400_000)].map { utc - $0 }.sorted()
        for candidate in candidates where candidate + offset(at: candidate) == utc { return candidate }
        var (before, after) = (utc - 93_600_000, utc + 93_600_000)
        while after - before > 1 {
            let middle = before + (after - before) / 2
            if self.day(of: middle) < day { before = middle } else { after = middle }
        }
        return after
    }

    /// The moment of a day when clocks show so many minutes since midnight, in milliseconds. A time that they skip is as much
    /// later as they skip; of one that they show twice it is the one of the offset that held before.
    public func moment(ofDay day: Int64, minute: Int64) -> Int64 {
        let local = day * 86_400_000 + minute * 60_000
        let before = local - offset(at: local - 86_400_000)
        if before + offset(at: before) == local { return before }
        let after = local - offset(at: local + 86_400_000)
        return after + offset(at: after) == local ? after : before
    }

    /// How far clocks are ahead of UTC, in milliseconds.
    func offset(at milliseconds: Int64) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(milliseconds.flooredDivision(by: 1_000))))) * 1_000
    }
}
