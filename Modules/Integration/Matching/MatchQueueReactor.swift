public import RapportCore
public import RapportStorage

/// Has everybody compared of whom a source says something, and every company, history too; who gets another identifier is noted where
/// that is claimed (`IdentityPlan`). The step only notes them, which costs a row: who they may
/// be the same as is found a moment later, when what they are is committed and others can be seen.
public struct MatchQueueReactor: Reactor {
    public let name = "matching"
    public let handlesHistory = true

    public init() {}

    public func react(to events: [Event], in step: StepContext) throws {
        let kind = try step.catalog.kind(FieldsFold.eventKind, in: step.db).id
        // What the house itself concludes of people (scores) tells nobody apart.
        let house = try step.catalog.source("rapport", in: step.db).id
        let people = events.filter { $0.kind == kind && $0.source != house }.map(\.person)
        if !people.isEmpty { try MatchIndex.enqueue(people, in: step.db) }
        try AccountIndex.enqueue(events.filter { $0.person == 0 }, in: step)
    }
}

/// Has both people compared anew once two became one, or one two.
public struct MatchMerging: MergeParticipant {
    public let name = "matching"

    public init() {}

    public func didMerge(_ merge: Merge, in step: StepContext) throws -> JSONValue? {
        try MatchIndex.enqueue([merge.survivor, merge.loser], in: step.db)
        return nil
    }

    public func didUnmerge(_ merge: Merge, from person: PersonID, undo: JSONValue?, in step: StepContext) throws {
        try MatchIndex.enqueue([merge.survivor, merge.loser, person], in: step.db)
    }
}

/// Has those compared anew of whom an import is taken back; who is gone is forgotten.
public struct MatchRemoval: RemovalParticipant {
    public init() {}

    public func forget(_ events: [Event], in step: StepContext) throws {
        try AccountIndex.enqueue(events.filter { $0.person == 0 }, in: step)
    }

    public func didRemove(changed: [PersonID], gone: [PersonID], in step: StepContext) throws {
        try MatchIndex.enqueue(changed, in: step.db)
        if !gone.isEmpty { try MatchIndex.forget(gone, in: step.db) }
    }
}
