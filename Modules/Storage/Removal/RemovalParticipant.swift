public import RapportCore

/// A capability that keeps records beside the log and takes part when events are taken away from it again: when an import is
/// reverted. Folds need not: they are refolded.
public protocol RemovalParticipant: Sendable {
    /// Kinds of events that stay unless they are asked for: nobody loses an opt-out by accident.
    var lastingKinds: Set<String> { get }
    /// Kinds of events that only say what follows from others, and keep nobody and no profile alive.
    var derivedKinds: Set<String> { get }
    /// Forgets what was recorded for events. Called before anything is refolded.
    func forget(_ events: [Event], in step: StepContext) throws
    /// Those of `people` who must stay, with nothing but a number, because something was done to them.
    func needed(_ people: [PersonID], in db: Connection) throws -> Set<PersonID>
    /// Called after everything has been refolded.
    ///
    /// - Parameters:
    ///   - changed: who lost something and is still there.
    ///   - gone: who has nothing left, and is forgotten after this.
    func didRemove(changed: [PersonID], gone: [PersonID], in step: StepContext) throws
}

extension RemovalParticipant {
    public var lastingKinds: Set<String> { [] }
    public var derivedKinds: Set<String> { [] }
    public func forget(_ events: [Event], in step: StepContext) throws {}
    public func needed(_ people: [PersonID], in db: Connection) throws -> Set<PersonID> { [] }
    public func didRemove(changed: [PersonID], gone: [PersonID], in step: StepContext) throws {}
}
