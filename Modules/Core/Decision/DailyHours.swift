/// Hours of every day, in minutes after local midnight, half-open. `from` after `until` runs over midnight; equal: none.
public struct DailyHours: Sendable, Hashable {
    /// 0…1439
    public var from: Int
    /// 0…1439
    public var until: Int

    public init(from: Int, until: Int) {
        self.from = from
        self.until = until
    }

    public func contains(minute: Int) -> Bool {
        from <= until ? from <= minute && minute < until : minute >= from || minute < until
    }
}
