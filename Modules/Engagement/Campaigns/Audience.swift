public import RapportCore
public import RapportStorage

/// Whom a campaign may ask for: segments with their members, and topics with their classes.
public protocol Audience: Sendable {
    /// Names of the segments that are live.
    func segments(in db: Connection) throws -> [String]
    /// Names of those that are still being counted or filled.
    func unready(in db: Connection) throws -> [String]
    /// What a segment is for; `nil` where that is not known.
    func purpose(of segment: String, in db: Connection) throws -> SegmentPurpose?
    func size(of segment: String, in db: Connection) throws -> Int64
    /// Members of one partition with a number over `person`, in ascending order.
    func members(of segment: String, partition: Int, after person: PersonID, limit: Int, in db: Connection) throws -> [PersonID]
    /// Those whom the segment would have if they had not objected to it, or were not restricted.
    func leftOut(of segment: String, at now: Timestamp, in db: Connection) throws -> [PersonID: SegmentQuestions.LeftOut]
    func topics(in db: Connection) throws -> [String]
    /// `nil` for an unknown topic.
    func topicClass(of topic: String, in db: Connection) throws -> TopicClass?
}

extension Audience {
    public func unready(in db: Connection) throws -> [String] { [] }
    public func purpose(of segment: String, in db: Connection) throws -> SegmentPurpose? { nil }
    public func leftOut(of segment: String, at now: Timestamp, in db: Connection) throws -> [PersonID: SegmentQuestions.LeftOut] {
        [:]
    }
}
