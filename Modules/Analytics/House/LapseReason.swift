/// Why somebody who has stopped buying may have done so: the last thing that went wrong from thirty days before their last purchase.
public enum LapseReason: String, Sendable, CaseIterable {
    case complaint, returned, refunded, cancelled, unreachable
    case optedOut = "opted_out"
    /// Nothing is on record.
    case unknown

    static let byKind: [String: LapseReason] = [
        "complaint.opened": .complaint, "case.opened": .complaint, "order.returned": .returned, "order.refunded": .refunded,
        "order.cancelled": .cancelled, "message.bounced": .unreachable, "message.complained": .optedOut,
        "permission.withdrawn": .optedOut, "objection.made": .optedOut,
    ]
}
