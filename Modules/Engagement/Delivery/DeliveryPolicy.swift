public import RapportCore

/// How messages are handed over and tried again.
public struct DeliveryPolicy: Sendable, Hashable {
    /// Messages that may be in doubt after a crash: so many are handed over between two commits. At most 10.
    public var group: Int
    /// Messages that pass the gate in one transaction.
    public var batch: Int
    /// A message that passed the gate longer ago than this passes it again, and a pause is noticed.
    public var claimHolds: Span
    /// One that was committed as handing over longer ago than this does not leave: the process stood still meanwhile, or those before it
    /// took so long. It passes the gate again.
    public var handOverHolds: Span
    /// How often, while a group is with a slow channel, those of it who opt out meanwhile are looked for.
    public var looksEvery: Span
    /// The first pause after a deferral without a moment of its own; it doubles up to `longestBackoff`.
    public var backoff: Span
    public var longestBackoff: Span
    /// Deferrals and soft bounces after which a message has failed.
    public var attempts: Int

    public init(
        group: Int = 10, batch: Int = 100, claimHolds: Span = .seconds(1), handOverHolds: Span = .seconds(5),
        looksEvery: Span = Span(milliseconds: 250), backoff: Span = .minutes(1), longestBackoff: Span = .hours(4),
        attempts: Int = 12
    ) {
        self.group = max(1, min(10, group))
        self.batch = max(1, batch)
        self.claimHolds = claimHolds
        self.handOverHolds = handOverHolds
        self.looksEvery = looksEvery
        self.backoff = backoff
        self.longestBackoff = longestBackoff
        self.attempts = attempts
    }

    /// How long to wait after the `attempt`-th try, counted from 1.
    func pause(after attempt: Int64) -> Span {
        let doubled = backoff.milliseconds << min(20, max(0, attempt - 1))
        return Span(milliseconds: min(doubled, longestBackoff.milliseconds))
    }
}
