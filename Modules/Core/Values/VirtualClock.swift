import Synchronization

/// A clock that stands still until it is told to move. It may be moved back.
public final class VirtualClock: WallClock {
    private let time: Mutex<Timestamp>

    public init(_ start: Timestamp = Timestamp(milliseconds: 1_770_000_000_000)) { time = Mutex(start) }

    public var now: Timestamp { time.withLock { $0 } }

    public func set(_ moment: Timestamp) { time.withLock { $0 = moment } }

    /// Moves the clock by `span`, which may be negative.
    public func advance(by span: Span) { time.withLock { $0 = $0 + span } }
}
