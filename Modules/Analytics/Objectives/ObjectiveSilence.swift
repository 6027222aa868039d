/// That nothing has come any more of what an objective measures, for longer than its own rhythm explains.
public struct ObjectiveSilence: Sendable, Hashable {
    /// The last day on which something came, in days since 1970.
    public var lastDay: Int

    /// Fewer days with something than these are no rhythm.
    static let fewest = 8
    /// Nothing is missed before so many days.
    static let patience = 7
    /// How unlikely a pause must be.
    static let chance = 0.001
    /// How far back the rhythm is looked for, in days.
    static let memory = 365

    /// Whether the pause after the last day is one that chance would hardly make: with a share p of days on which something came, so
    /// many empty ones in a row come with (1 − p)ⁿ; and it is more than twice as long as every pause before it, since days are not
    /// independent: weekends, holidays, letters once a month.
    ///
    /// - Parameters:
    ///   - days: on which something came, ascending.
    ///   - end: the day after the last whole one.
    init?(days: [Int], end: Int) {
        guard days.count >= Self.fewest, let first = days.first, let last = days.last else { return nil }
        let quiet = end - last - 1
        let longest = zip(days, days.dropFirst()).reduce(0) { max($0, $1.1 - $1.0 - 1) }
        guard quiet >= Self.patience, quiet > 2 * longest else { return nil }
        let share = (Double(days.count) + 0.5) / Double(last - first + 2)
        var chance = 1.0
        for _ in 0..<quiet where chance >= Self.chance { chance *= 1 - share }
        guard chance < Self.chance else { return nil }
        lastDay = last
    }
}
