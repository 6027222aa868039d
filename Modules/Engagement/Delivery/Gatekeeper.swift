public import RapportCore
public import RapportStorage

/// What stands between a queued message and its channel, and between a proposal and the queue. An implementation resolves
/// nothing but the decision: it reads permissions, suppressions, standings and contacts within the caller's transaction,
/// decides, and writes the receipt there too.
public protocol Gatekeeper: Sendable {
    /// Decides on proposals. The answers are in the order of `people`.
    func propose(_ people: [PersonID], for act: Act, notBefore: Timestamp?, wall: Timestamp, in db: Connection) throws
        -> [ProposalAnswer]
    /// Decides again at the moment of sending. The answers are in the order of `messages`.
    func judge(_ messages: [GateRequest], for act: Act, wall: Timestamp, in db: Connection) throws -> [GateAnswer]
    /// Decides without writing anything.
    func forecast(_ people: [PersonID], for act: Act, notBefore: Timestamp?, wall: Timestamp, in db: Connection) throws
        -> [ForecastAnswer]
}

/// The answer to one proposal.
public enum ProposalAnswer: Sendable, Hashable {
    /// A message is to be queued for this address at this moment; `putOff` is the code of the guard that put it off, if one did.
    case queue(Identifier, at: Timestamp, putOff: String?)
    /// No message; the code says why.
    case drop(String)
}

/// A message at the gate.
public struct GateRequest: Sendable, Hashable {
    public var key: MessageKey
    /// Whose it is now: after a merge the survivor.
    public var person: PersonID
    /// `AddressHash` of where it goes.
    public var address: Int64
    /// Whether the message waited because a guard put it off.
    public var held: Bool

    public init(key: MessageKey, person: PersonID, address: Int64, held: Bool) {
        self.key = key
        self.person = person
        self.address = address
        self.held = held
    }
}

public enum GateAnswer: Sendable, Hashable {
    case pass(Identifier)
    /// Comes back to the gate then; the code says why.
    case hold(until: Timestamp, String)
    case drop(String)
    /// The person has no such address any more.
    case addressGone
}

/// What a proposal would come to.
public struct ForecastAnswer: Sendable, Hashable {
    public enum Verdict: Sendable, Hashable {
        case send
        case wait(until: Timestamp)
        case drop
    }
    public var person: PersonID
    public var verdict: Verdict
    /// Why it would not go at once; `nil` where it would.
    public var reason: String?
    public var address: Identifier?

    public init(person: PersonID, verdict: Verdict, reason: String?, address: Identifier?) {
        self.person = person
        self.verdict = verdict
        self.reason = reason
        self.address = address
    }
}
