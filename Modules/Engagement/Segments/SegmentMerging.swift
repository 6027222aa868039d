public import RapportCore
public import RapportStorage

/// Has both people judged again by every segment once two became one, or one two.
public struct SegmentMerging: MergeParticipant {
    public let name = "segments"

    public init() {}

    public func didMerge(_ merge: Merge, in step: StepContext) throws -> JSONValue? {
        SegmentsReactor.judgeAgain([merge.survivor, merge.loser], in: step)
        return nil
    }

    public func didUnmerge(_ merge: Merge, from person: PersonID, undo: JSONValue?, in step: StepContext) throws {
        SegmentsReactor.judgeAgain([person, merge.loser], in: step)
    }
}
