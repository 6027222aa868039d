import RapportCore

/// A stretch of the calendar by which things are counted.
public enum CalendarPeriod: String, Sendable, CaseIterable {
    case day, week, month

    /// The number of the period that a day is in; following periods have following numbers. Weeks begin on Monday (ISO 8601).
    ///
    /// - Parameter day: days since 1970.
    public func number(of day: Int) -> Int {
        switch self {
        case .day: return day
        // 1970-01-01 was a Thursday.
        case .week: return Int(Int64(day + 3).flooredDivision(by: 7))
        case .month:
            let date = CivilDate(daysSince1970: day)
            return date.year * 12 + date.month - 1
        }
    }

    /// The first day of a period, in days since 1970.
    public func start(of number: Int) -> Int {
        switch self {
        case .day: return number
        case .week: return number * 7 - 3
        case .month:
            let year = Int(Int64(number).flooredDivision(by: 12))
            return CivilDate(year: year, month: number - year * 12 + 1, day: 1)?.daysSince1970 ?? 0
        }
    }

    /// The last day of a period.
    public func end(of number: Int) -> Int { start(of: number + 1) - 1 }

    /// `2026-03` for a month, the Monday of a week, the day.
    public func name(of number: Int) -> String {
        let text = CivilDate(daysSince1970: start(of: number)).text
        return self == .month ? String(text.prefix(7)) : text
    }
}
