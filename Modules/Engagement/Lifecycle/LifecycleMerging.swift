public import RapportCore
public import RapportStorage

/// Has both people walked through anew once two became one, or one two: a stage follows from whose the events are.
public struct LifecycleMerging: MergeParticipant {
    public let name = "lifecycle"

    public init() {}

    public func didMerge(_ merge: Merge, in step: StepContext) throws -> JSONValue? {
        try LifecycleReactor.judgeAgain([merge.survivor, merge.loser], in: step)
        return nil
    }

    public func didUnmerge(_ merge: Merge, from person: PersonID, undo: JSONValue?, in step: StepContext) throws {
        try LifecycleReactor.judgeAgain([person, merge.loser], in: step)
    }
}

/// Whoever lost events is walked through anew; whoever is nobody any more is in no stage.
public struct LifecycleRemoval: RemovalParticipant {
    public init() {}

    public var derivedKinds: Set<String> { [LifecycleReactor.changed] }

    public func didRemove(changed: [PersonID], gone: [PersonID], in step: StepContext) throws {
        try LifecycleReactor.judgeAgain(changed, in: step)
        let known = try step.db.all(
            "SELECT person, stage, partition FROM lifecycle_now WHERE person IN \(list: gone) ORDER BY person"
        ) {
            (stage: $0.integer(1), partition: $0.integer(2), difference: Int64(-1))
        }
        var counts: [[Int64]: Int64] = [:]
        for one in known { counts[[one.stage, one.partition], default: 0] -= 1 }
        try LifecycleUpdate.count(
            counts.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { ($0.key[0], $0.key[1], $0.value) }, in: step.db)
        try step.db.run("DELETE FROM lifecycle_now WHERE person IN \(list: gone)")
        try step.db.run("DELETE FROM lifecycle_changes WHERE person IN \(list: gone)")
    }
}
