public import RapportStorage

/// What an import needs of the door: `Door` is one.
public protocol ImportDoor: Sendable {
    /// Accepts events within the caller's transaction.
    func accept(_ events: [NewEvent], in db: Connection) throws -> [Acceptance]
    /// Whether an error means that another writer interfered and the transaction should be tried again.
    func isRace(_ error: any Error) -> Bool
}

extension Door: ImportDoor {
    public func isRace(_ error: any Error) -> Bool { error is DoorRace }
}
