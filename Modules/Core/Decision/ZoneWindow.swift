/// The offsets of one IANA zone over the days that a decision may look at. Recorded offsets make a replay independent of
/// the zone tables of the machine that replays.
public struct ZoneWindow: Sendable, Hashable {
    public struct Change: Sendable, Hashable {
        public var at: Timestamp
        /// Seconds east of UTC from then on.
        public var offset: Int

        public init(at: Timestamp, offset: Int) {
            self.at = at
            self.offset = offset
        }
    }

    /// The number of the zone's name; 0 where nobody knows it and the house's zone stands in.
    public var zone: Int64
    /// Seconds east of UTC before the first change.
    public var offset: Int
    /// Ascending.
    public var changes: [Change]

    public init(zone: Int64 = 0, offset: Int = 0, changes: [Change] = []) {
        self.zone = zone
        self.offset = offset
        self.changes = changes
    }

    public static let utc = ZoneWindow()

    public func offset(at moment: Timestamp) -> Int {
        changes.last { $0.at <= moment }?.offset ?? offset
    }

    /// Milliseconds since 1970-01-01T00:00 on the wall clocks of the zone.
    public func local(_ moment: Timestamp) -> Int64 { moment.milliseconds + Int64(offset(at: moment)) * 1_000 }

    /// The first instant after `moment` at which `hold` of the local time is false. `next` names, for a local time inside, the
    /// local time at which to look again; a change of offset on the way is always looked at.
    func firstAfter(_ moment: Timestamp, limit: Timestamp, next: (Int64) -> Int64, while hold: (Int64) -> Bool) -> Timestamp {
        var at = moment
        while at < limit, hold(local(at)) {
            let offset = Int64(self.offset(at: at)) * 1_000
            var candidate = Timestamp(milliseconds: next(at.milliseconds + offset) - offset)
            if let change = changes.first(where: { $0.at > at }), change.at < candidate { candidate = change.at }
            at = candidate
        }
        return min(at, limit)
    }
}
