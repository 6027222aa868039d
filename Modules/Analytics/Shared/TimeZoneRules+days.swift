public import RapportCore

extension TimeZoneRules {
    /// The last moment of a day.
    public func end(of day: CivilDate) -> Timestamp {
        Timestamp(milliseconds: start(ofDay: Int64(day.daysSince1970 + 1)) - 1)
    }
}
