/// A time that somebody else is something to a person. The other one has the same tie from the other side.
public struct Relation: Sendable, Hashable {
    /// What both sides have in common, and nobody else.
    public var tie: String
    /// 0 or 1: the two ends of the tie.
    public var side: Int
    /// What the other one is to the person: `partner`, `child`.
    public var kind: String
    public var since: Timestamp
    public var until: Timestamp?
    public var isDated: Bool

    public init(tie: String, side: Int, kind: String, since: Timestamp, until: Timestamp? = nil, isDated: Bool = false) {
        self.tie = tie
        self.side = side
        self.kind = kind
        self.since = since
        self.until = until
        self.isDated = isDated
    }
}

/// Works out the relations of a person from what was said of them on the person's side.
public struct RelationHistory {
    public struct Statement: Sendable, Hashable {
        public var time: StatementTime
        public var tie: String
        public var side: Int
        /// `nil`: it has ended.
        public var kind: String?
        public var isDated: Bool

        public init(tie: String, side: Int, kind: String?, time: StatementTime, isDated: Bool = false) {
            self.tie = tie
            self.side = side
            self.kind = kind
            self.time = time
            self.isDated = isDated
        }
    }

    /// The relations, by beginning.
    public static func relations(of statements: [Statement]) -> [Relation] {
        var relations: [Relation] = []
        for statement in statements.sorted(by: { $0.time < $1.time }) {
            let known = relations.indices.last {
                relations[$0].tie == statement.tie && relations[$0].side == statement.side && relations[$0].until == nil
            }
            if let known {
                guard relations[known].kind != statement.kind else { continue }
                let isDated = relations[known].isDated
                relations[known].until = statement.time.at.ending(&relations[known].since, isDated: isDated)
            }
            guard let kind = statement.kind else { continue }
            relations.append(
                Relation(
                    tie: statement.tie, side: statement.side, kind: kind, since: statement.time.at, isDated: statement.isDated))
        }
        return relations
    }
}
