import RapportCore

/// Holds a channel to so many messages a second, with bursts of at most one second's worth.
struct TokenBucket: Sendable {
    let perSecond: Int
    /// In thousandths of a message.
    private var tokens: Int64
    private var filledAt: Timestamp

    init(perSecond: Int, at now: Timestamp) {
        self.perSecond = perSecond
        tokens = Int64(perSecond) * 1_000
        filledAt = now
    }

    /// How many messages may go now.
    mutating func available(at now: Timestamp) -> Int {
        let passed = max(0, min(1_000, (now - filledAt).milliseconds))
        tokens = min(Int64(perSecond) * 1_000, tokens + passed * Int64(perSecond))
        filledAt = now
        return Int(max(0, tokens) / 1_000)
    }

    mutating func spend(_ count: Int) { tokens -= Int64(count) * 1_000 }
}
