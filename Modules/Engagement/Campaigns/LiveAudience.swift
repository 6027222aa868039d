public import RapportCore
public import RapportStorage

/// Live segments and declared topics.
public struct LiveAudience: Audience {
    private let questions: SegmentQuestions

    /// - Parameter questions: judges whom segments leave out.
    public init(questions: SegmentQuestions) { self.questions = questions }

    public func segments(in db: Connection) throws -> [String] {
        try SegmentStore.all(in: db).filter { $0.state == .live }.map(\.name)
    }

    public func unready(in db: Connection) throws -> [String] {
        try SegmentStore.all(in: db).filter { $0.state != .live }.map(\.name)
    }

    public func purpose(of segment: String, in db: Connection) throws -> SegmentPurpose? {
        try SegmentStore.all(in: db).first { $0.name == segment }?.purpose
    }

    public func size(of segment: String, in db: Connection) throws -> Int64 {
        try SegmentStore.all(in: db).first { $0.name == segment }?.members ?? 0
    }

    public func members(of segment: String, partition: Int, after person: PersonID, limit: Int, in db: Connection) throws
        -> [PersonID]
    {
        try db.all(
            """
            SELECT p.id FROM people p JOIN membership m ON m.person = p.id
            WHERE m.segment = (SELECT id FROM segments WHERE name = \(segment))
              AND p.partition = \(partition) AND p.id > \(person)
            ORDER BY p.id LIMIT \(limit)
            """
        ) { $0.integer(0) }
    }

    public func leftOut(of segment: String, at now: Timestamp, in db: Connection) throws -> [PersonID: SegmentQuestions.LeftOut] {
        try questions.leftOut(of: [segment], at: now, in: db)[segment] ?? [:]
    }

    public func topics(in db: Connection) throws -> [String] {
        try definitions.current("topic", in: db).map(\.name)
    }

    public func topicClass(of topic: String, in db: Connection) throws -> TopicClass? {
        try definitions.current("topic", topic, in: db)?.body["class"]?.string.flatMap { TopicClass(name: $0) }
    }

    private var definitions: DefinitionStore { DefinitionStore(handlers: []) }
}
