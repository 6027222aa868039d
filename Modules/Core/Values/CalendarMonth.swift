/// A month of the Gregorian calendar, without a zone.
public struct CalendarMonth: Sendable, Hashable, Comparable {
    public let year: Int
    /// 1…12
    public let month: Int

    /// `nil` for a month that the calendar does not have.
    public init?(year: Int, month: Int) {
        guard (1...12).contains(month), (1...9_999).contains(year) else { return nil }
        self.year = year
        self.month = month
    }

    /// The month that a day is in.
    public init(of day: CivilDate) {
        year = day.year
        month = day.month
    }

    /// Reads `2026-10`; `nil` for anything else.
    public init?(text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard text.utf8.count == 7, parts.count == 2, parts[0].count == 4, let year = Int(parts[0]), let month = Int(parts[1])
        else {
            return nil
        }
        self.init(year: year, month: month)
    }

    private init(number: Int) {
        let year = Int(Int64(number).flooredDivision(by: 12))
        (self.year, month) = (year, number - year * 12 + 1)
    }

    private var number: Int { year * 12 + month - 1 }

    /// So many months later; earlier, where negative.
    public func adding(_ months: Int) -> CalendarMonth { CalendarMonth(number: number + months) }

    /// A day of it, or its last where it is shorter.
    public func day(_ day: Int) -> CivilDate {
        let kept = min(max(1, day), CivilDate.days(in: month, of: year))
        // The last resort is never needed: each month has each day up to its length.
        return CivilDate(year: year, month: month, day: kept) ?? CivilDate(daysSince1970: 0)
    }

    /// From its first moment in a zone to that of the next month.
    public func range(in zone: TimeZoneRules) -> Range<Timestamp> {
        func start(_ month: CalendarMonth) -> Timestamp {
            Timestamp(milliseconds: zone.start(ofDay: Int64(month.day(1).daysSince1970)))
        }
        return start(self)..<start(adding(1))
    }

    /// `2026-10`
    public var text: String {
        func padded(_ number: Int, _ width: Int) -> String {
            String(repeating: "0", count: max(0, width - String(number).count)) + String(number)
        }
        return "\(padded(year, 4))-\(padded(month, 2))"
    }

    public static func < (left: CalendarMonth, right: CalendarMonth) -> Bool { left.number < right.number }
}
