/// The days of many moments in one zone. The zone is asked about each day of UTC once, and again only about moments of days on which
/// clocks change: asking it about every moment takes longer than reading all orders of a house.
public struct ZoneDays {
    private let zone: TimeZoneRules
    /// How far clocks are ahead of UTC throughout a day of UTC, in milliseconds, from 1970 on.
    private var offsets = [Int64](repeating: Self.unknown, count: Self.count)

    private static let unknown = Int64.min
    private static let changing = Int64.max
    /// Until 2106.
    private static let count = 50_000
    private static let day: Int64 = 86_400_000

    public init(_ zone: TimeZoneRules) { self.zone = zone }

    /// Days since 1970-01-01 of the day that a moment is in: `TimeZoneRules.day(of:)`.
    public mutating func day(of moment: Timestamp) -> Int {
        let place = moment.milliseconds.flooredDivision(by: Self.day)
        guard place >= 0, place < Int64(Self.count) else { return Int(zone.day(of: moment.milliseconds)) }
        if offsets[Int(place)] == Self.unknown { offsets[Int(place)] = offset(throughout: place) }
        let offset = offsets[Int(place)]
        guard offset != Self.changing else { return Int(zone.day(of: moment.milliseconds)) }
        return Int((moment.milliseconds + offset).flooredDivision(by: Self.day))
    }

    private func offset(throughout place: Int64) -> Int64 {
        let (first, last) = (zone.offset(at: place * Self.day), zone.offset(at: (place + 1) * Self.day - 1))
        return first == last ? first : Self.changing
    }
}
