import RapportCore

/// A moment in the parts that the texts `why.day`, `why.moment` and `why.utc` are filled with.
struct DayParts {
    let values: [String: String]

    init(_ moment: Timestamp, in zone: ZoneWindow, _ texts: Texts) {
        let local = zone.local(moment)
        let days = local.flooredDivision(by: 86_400_000)
        let date = CivilDate(daysSince1970: Int(days))
        let minute = Int((local - days * 86_400_000) / 60_000)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
        values = [
            "day": String(date.day), "month": texts("why.month.\(date.month)"), "year": String(date.year),
            "time": "\(two(minute / 60)):\(two(minute % 60))",
        ]
    }
}
