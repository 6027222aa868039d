import RapportCore

/// A moment in the parts that the texts `why.day` and `why.moment` are filled with.
struct DayParts {
    let values: [String: String]

    init(_ moment: Timestamp, in zone: ZoneWindow, _ texts: Texts) {
        let local = zone.local(moment)
        let days = local.flooredDivision(by: 86_400_000)
        self.init(day: days, minute: (local - days * 86_400_000) / 60_000, texts)
    }

    init(_ moment: Timestamp, in house: TimeZoneRules, _ texts: Texts) {
        self.init(day: house.day(of: moment.milliseconds), minute: house.minute(of: moment.milliseconds), texts)
    }

    private init(day: Int64, minute: Int64, _ texts: Texts) {
        let date = CivilDate(daysSince1970: Int(day))
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : String(number) }
        values = [
            "day": String(date.day), "month": texts("why.month.\(date.month)"), "year": String(date.year),
            "time": "\(two(minute / 60)):\(two(minute % 60))",
        ]
    }
}
