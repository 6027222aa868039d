/// What the database says of an objective: all that is needed to judge it.
public struct ObjectiveReadings: Sendable, Hashable {
    /// A step of a total or a size, or a window.
    public struct Step: Sendable, Hashable {
        /// The day after its last, in days since 1970.
        public var end: Int
        /// By how much it grew, or what the window measured; `nil` where nothing was there to measure.
        public var value: Double?

        public init(end: Int, value: Double?) {
            self.end = end
            self.value = value
        }
    }

    /// The moment it is looked at, as a day with its fraction since 1970, and not after the period.
    public var at: Double
    /// Whole steps within the period, the first first.
    public var steps: [Step]
    /// A total so far; a size; what the last window that measured something has. `nil`: nothing was measured.
    public var now: Double?
    /// A size at the beginning of the first whole step.
    public var first: Double?
    /// The same a year before; `nil` where nothing is known of it.
    public var season: ObjectiveSeason?
    /// As measured or stated, for the period as a whole; `nil` where there is none.
    public var baseline: Double?
    /// Whether what has been counted can only become more.
    public var onlyGrows: Bool
    /// ISO 4217, of amounts.
    public var currency: String?
    /// That its data has stopped.
    public var silence: ObjectiveSilence?
    /// Orders without an amount, or in a currency without a stated rate.
    public var leftOut = 0

    public init(
        at: Double, steps: [Step], now: Double?, first: Double? = nil, baseline: Double? = nil, onlyGrows: Bool = false,
        currency: String? = nil
    ) {
        self.at = at
        self.steps = steps
        self.now = now
        self.first = first
        self.baseline = baseline
        self.onlyGrows = onlyGrows
        self.currency = currency
    }
}
