public import RapportCore
public import RapportStorage

/// Has both people judged again by every segment once two became one, or one two.
///
/// Whoever of the two was in a segment first, the merged person has been in it since then; apart again, each has been in it as
/// long as before the merge.
public struct SegmentMerging: MergeParticipant {
    public let name = "segments"

    public init() {}

    public func didMerge(_ merge: Merge, in step: StepContext) throws -> JSONValue? {
        let survivor = try Self.memberships(of: merge.survivor, in: step.db)
        let loser = try Self.memberships(of: merge.loser, in: step.db)
        for (segment, since) in loser.sorted(by: { $0.key < $1.key }) where survivor[segment].map({ since < $0 }) ?? false {
            try Self.set(since, of: segment, merge.survivor, in: step.db)
        }
        SegmentsReactor.judgeAgain([merge.survivor], since: loser, in: step)
        SegmentsReactor.judgeAgain([merge.loser], in: step)
        return ["survivor": Self.json(survivor), "loser": Self.json(loser)]
    }

    public func didUnmerge(_ merge: Merge, from person: PersonID, undo: JSONValue?, in step: StepContext) throws {
        let (survivor, loser) = (Self.read(undo?["survivor"]), Self.read(undo?["loser"]))
        // Whoever the survivor has been merged into since keeps what is its own.
        let isSurvivor = person == merge.survivor
        if isSurvivor {
            for (segment, since) in survivor.sorted(by: { $0.key < $1.key }) {
                try Self.set(since, of: segment, person, in: step.db)
            }
        }
        SegmentsReactor.judgeAgain([person], since: isSurvivor ? survivor : [:], in: step)
        SegmentsReactor.judgeAgain([merge.loser], since: loser, in: step)
    }

    private static func memberships(of person: PersonID, in db: Connection) throws -> [Int64: Timestamp] {
        let rows = try db.all("SELECT segment, since FROM membership WHERE person = \(person)") {
            ($0.integer(0), $0.timestamp(1))
        }
        return Dictionary(rows) { first, _ in first }
    }

    private static func set(_ since: Timestamp, of segment: Int64, _ person: PersonID, in db: Connection) throws {
        try db.run("UPDATE membership SET since = \(since) WHERE segment = \(segment) AND person = \(person)")
    }

    /// `{"7": 1790000000000}`: also what a timer carries that asks for all segments.
    static func json(_ memberships: [Int64: Timestamp]) -> JSONValue {
        .object(memberships.sorted { $0.key < $1.key }.map { .init(String($0.key), .integer($0.value.milliseconds)) })
    }

    static func read(_ json: JSONValue?) -> [Int64: Timestamp] {
        let pairs = (json?.object ?? []).compactMap { member -> (Int64, Timestamp)? in
            guard let segment = Int64(member.name), let since = member.value.integer else { return nil }
            return (segment, Timestamp(milliseconds: since))
        }
        return Dictionary(pairs) { first, _ in first }
    }
}
