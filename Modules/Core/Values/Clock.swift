/// Where wall time comes from. The host passes the system's clock; tests and simulations a virtual one.
public protocol WallClock: Sendable {
    var now: Timestamp { get }
}
