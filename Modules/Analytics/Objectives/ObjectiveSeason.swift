/// What the same steps measured a year before.
public struct ObjectiveSeason: Sendable, Hashable {
    /// 52 weeks: the same weekdays.
    public static let days = 364

    /// By step; `nil` where nothing is known of that time.
    public var before: [Double?]
    /// What is to come, a year before.
    public var coming: Double

    public init(before: [Double?], coming: Double) {
        self.before = before
        self.coming = coming
    }
}
