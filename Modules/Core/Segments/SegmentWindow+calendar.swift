extension SegmentWindow {
    /// The first moment in the window, in milliseconds; the last is now. `nil` for a window that lies ahead.
    public func firstMoment(at now: Int64, in calendar: TimeZoneRules) -> Int64? {
        switch self {
        case .last: now - (reach ?? 0) + 1
        case .this(let period): calendar.start(ofDay: calendar.bounds(of: period, around: calendar.day(of: now)).first)
        case .since(let date): calendar.start(ofDay: Int64(date.daysSince1970))
        case .next: nil
        }
    }
}

extension TimeZoneRules {
    /// The first day (days since 1970) of the period that `day` is in, and of the next one.
    func bounds(of period: SegmentWindow.Period, around day: Int64) -> (first: Int64, next: Int64) {
        let date = CivilDate(daysSince1970: Int(day))
        switch period {
        case .day: return (day, day + 1)
        case .week:
            let monday = day - Int64(date.weekday - 1)
            return (monday, monday + 7)
        case .month:
            let first = day - Int64(date.day - 1)
            return (first, first + Int64(CivilDate.days(in: date.month, of: date.year)))
        case .year:
            let first = date.firstOfYear
            return (first, first + (CivilDate.days(in: 2, of: date.year) == 29 ? 366 : 365))
        }
    }
}
