extension CivilDate {
    /// Days since 1970 of 1 January of its year.
    var firstOfYear: Int64 { Int64(CivilDate(year: year, month: 1, day: 1)?.daysSince1970 ?? daysSince1970) }

    /// The same day `months` later (or earlier, where negative), or the last day of that month.
    func adding(months: Int) -> CivilDate {
        let index = year * 12 + month - 1 + months
        let (year, month) = (
            Int(Int64(index).flooredDivision(by: 12)), index - Int(Int64(index).flooredDivision(by: 12)) * 12 + 1
        )
        return CivilDate(year: year, month: month, day: min(day, Self.days(in: month, of: year))) ?? self
    }
}
