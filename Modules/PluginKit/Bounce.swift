/// Why a message did not arrive, and what becomes of its address.
public enum Bounce: String, Sendable, Hashable, CaseIterable {
    /// The address does not exist: it is suppressed at once.
    case hard
    /// Full or slow: may work later.
    case soft
    /// The receiving system refuses us (policy, reputation).
    case blocked
    /// The address is no address.
    case invalid
}
