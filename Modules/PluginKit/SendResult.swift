public import RapportCore

/// What became of one message.
public enum SendResult: Sendable, Hashable {
    /// The next system has taken it; `providerID` is its name for the message.
    case sent(providerID: String?)
    /// Try again not before `until`, in ms UTC; `nil` leaves it to the host's back-off.
    case deferred(until: Timestamp?, reason: String)
    case bounced(Bounce, reason: String)
    /// The channel itself cannot carry this message (too long, no such feature).
    case refused(reason: String)
    /// The line broke after the message was handed over and before an answer came.
    case inDoubt(reason: String)
}
