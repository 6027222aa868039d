import RapportCore

/// Judges the values of a column of dates.
struct DateJudge: Sendable {
    let role: ColumnRole
    let order: DateOrder
    let today: CivilDate
    /// Last activity before this day is stale.
    let freshFrom: CivilDate

    /// What is odd about a date; `nil` where it is one like others.
    func finding(_ parts: DateParts) -> Finding? {
        if parts.isZero { return .defaultDate }
        if parts.isYear {
            if role == .birthday, today.year - parts.year > 120 { return .impossibleAge }
            return parts.year > today.year && role != .comingDate ? .futureDate : nil
        }
        guard let day = parts.day(order) else { return parts.isImpossible ? .impossibleDate : .otherOrder }
        if isDefault(day) { return .defaultDate }
        if role == .birthday {
            if day > today { return .futureDate }
            return age(day) > 120 ? .impossibleAge : nil
        }
        if day.year < 1_000 { return .impossibleDate }
        // A day ahead is the other side of the world.
        if role != .comingDate, day.daysSince1970 > today.daysSince1970 + 1 { return .futureDate }
        if role == .lastActivity, day < freshFrom { return .stale }
        return nil
    }

    /// The same day in the column's order, where a value is written the other way round.
    func suggestion(_ text: String) -> String? {
        guard let parts = DateParts(text), parts.day(order) == nil else { return nil }
        let other: DateOrder = order == .dayFirst ? .monthFirst : .dayFirst
        guard let day = parts.day(other) else { return nil }
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
        return "\(day.year)-\(two(day.month))-\(two(day.day))"
    }

    private func age(_ day: CivilDate) -> Int {
        today.year - day.year - ((today.month, today.day) < (day.month, day.day) ? 1 : 0)
    }

    /// What programs write for a date that they do not have. Somebody may be born on the first of January 1970: that one counts
    /// in a column of birthdays only if too many are, which the column as a whole tells.
    private func isDefault(_ day: CivilDate) -> Bool {
        switch (day.year, day.month, day.day) {
        case (1_900, 1, 1), (1_901, 1, 1), (1_899, 12, 30), (1_899, 12, 31), (1, 1, 1), (1_753, 1, 1), (9_999, 12, 31),
            (1_601, 1, 1), (1_800, 1, 1), (1_111, 11, 11):
            true
        case (1_970, 1, 1): role != .birthday
        default: false
        }
    }
}
