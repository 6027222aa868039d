import RapportCore

/// An address that a message may go to, and what decides between several: the least is written to.
///
/// Never one that bounced, nor one of a job that is over, while there is another; one of their own before one that others have too
/// (a role mailbox, a couple's); of the others the one that proved right last, and where none has, the one that became known last.
struct AddressChoice: Comparable {
    var address: Identifier
    /// `AddressHash` of it.
    var hash: Int64
    /// When it became known, or was last said by a source that had not said it before.
    var seenAt: Timestamp
    var isFormer: Bool
    /// Whether somebody else had it first, or it is nobody's own.
    var isShared: Bool
    var isBounced = false
    var confirmedAt: Timestamp?

    init(address: Identifier, seenAt: Timestamp, isFormer: Bool, isShared: Bool) {
        self.address = address
        self.seenAt = seenAt
        self.isFormer = isFormer
        self.isShared = isShared
        hash = AddressHash.of(address)
    }

    /// Whether a message may go there.
    var isFit: Bool { !isBounced && !isFormer }

    static func < (left: AddressChoice, right: AddressChoice) -> Bool {
        if left.isBounced != right.isBounced { return right.isBounced }
        if left.isFormer != right.isFormer { return right.isFormer }
        if left.isShared != right.isShared { return right.isShared }
        let (one, other) = (left.confirmedAt ?? .distantPast, right.confirmedAt ?? .distantPast)
        if one != other { return one > other }
        if left.seenAt != right.seenAt { return left.seenAt > right.seenAt }
        return left.address.value < right.address.value
    }
}
