extension TimeZoneRules {
    /// `2026-11-30`, by the calendar of this zone.
    public func dayText(_ moment: Timestamp) -> String { CivilDate(daysSince1970: Int(day(of: moment.milliseconds))).text }

    /// `2026-11-30 19:05`, by the clocks of this zone.
    public func minuteText(_ moment: Timestamp) -> String {
        let minute = minute(of: moment.milliseconds)
        func two(_ number: Int64) -> String { (number < 10 ? "0" : "") + String(number) }
        return "\(dayText(moment)) \(two(minute / 60)):\(two(minute % 60))"
    }
}
