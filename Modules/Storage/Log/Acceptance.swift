public import RapportCore

/// What the door made of one event.
public enum Acceptance: Sendable, Hashable {
    /// It stands on the log, for good.
    case accepted(EventRef, person: PersonID)
    /// It came before and stands there.
    case duplicate(EventRef)
    /// It is not on the log.
    case refused(Problem)

    /// Where the event stands, unless it was refused.
    public var ref: EventRef? {
        switch self {
        case .accepted(let ref, _), .duplicate(let ref): ref
        case .refused: nil
        }
    }
}
