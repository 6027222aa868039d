public import RapportCore

/// Two people made one, and perhaps two again.
public struct Merge: Sendable, Hashable {
    public var id: Int64
    /// Whose events, profiles and identifiers the loser's became.
    public var survivor: PersonID
    /// Since then an alias of the survivor.
    public var loser: PersonID
    public var mergedAt: Timestamp
    public var actor: String
    public var reason: String
    public var undoneAt: Timestamp?
}

extension Merge {
    static let columns = "id, survivor, loser, merged_at, actor, reason, undone_at"

    init(_ row: Row) {
        self.init(
            id: row.integer(0), survivor: row.integer(1), loser: row.integer(2), mergedAt: row.timestamp(3), actor: row.text(4),
            reason: row.text(5), undoneAt: row.timestampOrNil(6))
    }

    /// All merges that the people took part in, oldest first.
    public static func of(_ people: [PersonID], in db: Connection) throws -> [Merge] {
        try db.all(
            """
            SELECT \(raw: columns) FROM merges
            WHERE survivor IN \(list: people) OR loser IN \(list: people)
            ORDER BY id
            """, Merge.init)
    }
}

/// A capability whose records belong to people, and who takes part when two become one or one becomes two again.
///
/// Acts stay with the profile through whose identifier they were made, and folds are refolded before participants are called,
/// so most have little to do: move what names a person, set timers anew, look at memberships again.
public protocol MergeParticipant: Sendable {
    /// Unique, lowercase.
    var name: String { get }
    /// Called in the merge's transaction, after the folds. `step.partition` is the survivor's.
    ///
    /// - Returns: what `didUnmerge` will need, or `nil`.
    func didMerge(_ merge: Merge, in step: StepContext) throws -> JSONValue?
    /// Called in the unmerge's transaction, after the folds. `person` is whose the loser's profiles were until now: the
    /// survivor, or the one that the survivor was merged into since. `step.partition` is that person's.
    func didUnmerge(_ merge: Merge, from person: PersonID, undo: JSONValue?, in step: StepContext) throws
}
