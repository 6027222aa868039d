/// A time that a person lives in one household.
public struct HouseholdStay: Sendable, Hashable {
    /// What people of one household have in common, folded.
    public var household: String
    public var since: Timestamp
    public var until: Timestamp?
    /// Whether the beginning was stated; else it is when it was first heard of.
    public var isDated: Bool

    public init(household: String, since: Timestamp, until: Timestamp? = nil, isDated: Bool = false) {
        self.household = household
        self.since = since
        self.until = until
        self.isDated = isDated
    }
}

/// Works out in which households a person has lived: one at a time, by the latest news. A source's record that says the same
/// household again is no news, so it brings nobody back who has left.
public struct HouseholdHistory {
    public enum Said: Sendable, Hashable {
        /// A source's record of the person names the household; `nil`: it has none any more.
        case named(profile: Int64, String?)
        case joined(String)
        /// `nil`: whichever it is.
        case left(String?)
    }

    public struct Statement: Sendable, Hashable {
        public var time: StatementTime
        public var said: Said
        public var isDated: Bool

        public init(_ said: Said, time: StatementTime, isDated: Bool = false) {
            self.said = said
            self.time = time
            self.isDated = isDated
        }
    }

    /// The stays, by beginning.
    public static func stays(of statements: [Statement]) -> [HouseholdStay] {
        var stays: [HouseholdStay] = []
        var isIn = false
        var namedBy: [Int64: String] = [:]
        func leave(at moment: Timestamp) {
            if isIn, var last = stays.popLast() {
                last.until = moment.ending(&last.since, isDated: last.isDated)
                stays.append(last)
            }
            isIn = false
        }
        func enter(_ household: String, _ statement: Statement) {
            if isIn, stays.last?.household == household { return }
            leave(at: statement.time.at)
            stays.append(HouseholdStay(household: household, since: statement.time.at, isDated: statement.isDated))
            isIn = true
        }
        for statement in statements.sorted(by: { $0.time < $1.time }) {
            switch statement.said {
            case .named(let profile, let household):
                let before = namedBy[profile]
                guard household != before else { continue }
                namedBy[profile] = household
                if let household {
                    enter(household, statement)
                } else if stays.last?.household == before {
                    leave(at: statement.time.at)
                }
            case .joined(let household): enter(household, statement)
            case .left(let household):
                if household == nil || stays.last?.household == household { leave(at: statement.time.at) }
            }
        }
        return stays
    }
}
