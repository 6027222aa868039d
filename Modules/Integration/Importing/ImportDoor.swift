public import RapportStorage

/// What an import needs of the door: `Door` is one.
public protocol ImportDoor: Sendable {
    /// Makes events ready to be accepted. Needs no transaction, so it is done while another slice is being written.
    func prepare(_ events: [NewEvent]) -> PreparedEvents
    /// Accepts events within the caller's transaction, in which they may be handled too.
    func bring(_ events: PreparedEvents, in db: Connection) throws -> (answers: [Acceptance], fresh: EventsAtHand)
    /// Whether an error means that another writer interfered and the transaction should be tried again.
    func isRace(_ error: any Error) -> Bool
}

extension Door: ImportDoor {
    public func isRace(_ error: any Error) -> Bool { error is DoorRace }
}
