/// A child did not answer as it must: it crashed, hung, or wrote something that is no message.
public struct ChildFailure: Error, Sendable, Hashable, CustomStringConvertible {
    public let reason: String
    /// Whether the request had reached the child, in whole or in part: what it did with it nobody knows.
    public let wasHandedOver: Bool

    public var description: String { reason }
}
