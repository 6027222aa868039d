public import RapportCore

/// Finds whose events are, in the transaction that appends them, and makes who is not there yet.
public protocol Identifying: Sendable {
    /// - Returns: for each request, in their order, whose it is.
    func identify(_ requests: [Identification], at now: Timestamp, in db: Connection) throws -> [Identity]
}

/// By what one event says whom it concerns.
public struct Identification: Sendable {
    /// The number of the source.
    public var source: Int64
    /// At least one.
    public var identifiers: [Identifier]

    public init(source: Int64, identifiers: [Identifier]) {
        self.source = source
        self.identifiers = identifiers
    }
}

/// Whom an event came for, and whose it is.
public struct Identity: Sendable, Hashable {
    public var person: PersonID
    public var profile: ProfileID

    public init(person: PersonID, profile: ProfileID) {
        self.person = person
        self.profile = profile
    }
}
