public import RapportCore
public import RapportStorage

/// Events of a kind over time, in total or by what a field of the person or a property of the event says.
public struct Exploration: Sendable {
    public enum Measure: Sendable, Hashable {
        /// How many events.
        case count
        /// How many different people.
        case people
        /// The sum of a property: amounts in the currency's unit.
        case sum(String)
    }

    /// By what the events are told apart.
    public enum Grouping: Sendable, Hashable {
        case none
        /// A declared property of the kind: its place.
        case slot(Int)
        /// A field of the person.
        case field(String)
        /// A property that was kept and nobody declared: read from the events themselves.
        case property(String)
        /// The day of the week, or the hour, in the house's zone.
        case weekday, hour
    }

    public struct Question: Sendable {
        public var kind: String
        public var by: String?
        public var measure = Measure.count
        public var every = CalendarPeriod.day
        /// Days since 1970, both inclusive.
        public var days: ClosedRange<Int>
        /// Only these people.
        public var people: Set<PersonID>?
        /// Whether those who are known by a device only count too.
        public var isAnonymousToo = false
        /// How many groups are shown by themselves; the rest is one.
        public var limit = 10
        public var currency: String?
        /// The house's own, for amounts in several currencies where none is asked for.
        public var ownCurrency: String?
        /// What one unit of another currency is in the answer's, whatever the day; without, the house's rate of the day.
        public var rates: [String: Double] = [:]

        public init(kind: String, days: ClosedRange<Int>) {
            self.kind = kind
            self.days = days
        }
    }

    public struct Series: Sendable, Hashable {
        /// `nil`: all, or those without a value.
        public var name: String?
        /// By period.
        public var values: [Double]
        /// Of the whole time: different people are not the sum of the periods'.
        public var total: Double
    }

    public let question: Question
    public let grouping: Grouping
    /// Whether the names of groups are moments, as RFC 3339 writes them.
    public let isByMoment: Bool
    /// Numbers of periods, one after the other (`CalendarPeriod.number`).
    public let periods: [Int]
    public let all: Series
    /// The largest first; then those without a value, `nil`, where there are some.
    public let groups: [Series]
    /// How many groups the last of `groups` stands for, where there were more than were asked for; it has no name.
    public let others: Series?
    public let otherGroups: Int
    /// Of sums of money.
    public let currency: String?
    /// The currencies that the house's rates of days were used for.
    public let converted: [String]
    /// Events whose amount is in a currency without a rate, or is none.
    public let leftOut: Int

    /// - Throws: `Problem` `patterns.unknown_kind`, `explore.unknown_property`, `explore.currency`.
    public init(_ question: Question, zone: TimeZoneRules, _ catalog: Catalog, in db: Connection) throws {
        let kind = try HouseHappenings.kind(question.kind, catalog, in: db)
        let plan = try ExplorationPlan(question, kind, in: db)
        var rates = ExchangeRates()
        if case .sum = question.measure { rates = try RateStore.read(in: db) }
        var tally = ExplorationTally(question: question, zone: zone, plan: plan, rates: rates)
        if plan.readsProperties {
            try tally.takeProperties(kind, in: db)
        } else if plan.isSummable, db.dialect == .postgres {
            try tally.takeBySQL(kind, catalog, in: db)
        } else {
            let isCounted = plan.isSummable && question.measure == .count && plan.grouping == .none
            if try !isCounted || !tally.takeCounts(kind, in: db) { try tally.takeEach(kind, in: db) }
        }
        if tally.sawNothingOf(plan), case .property(let name) = plan.grouping {
            throw Self.unknown(name, kind, Array(tally.propertiesSeen), try FieldStore.read(in: db).fields.map(\.definition.name))
        }
        if tally.sawNoAmount, case .sum(let name) = question.measure {
            throw Self.unknown(name, kind, Array(tally.propertiesSeen), [])
        }
        self.question = question
        grouping = plan.grouping
        isByMoment = plan.isByMoment
        periods = tally.periods
        let result = try tally.result(catalog, in: db)
        currency = result.currency
        converted = result.converted
        all = result.all
        groups = result.groups
        others = result.others
        otherGroups = result.otherGroups
        leftOut = result.leftOut
    }

    private static func unknown(_ name: String, _ kind: Kind, _ seen: [String], _ fields: [String]) -> Problem {
        let known = kind.definition.slots.map(\.name) + fields + seen.sorted()
        return Problem(
            "explore.unknown_property", "no \(kind.name) in this time has a property \"\(name)\"",
            remedy: Spelling.nearest(to: name, in: known).map { "Did you mean \"\($0)\"?" }
                ?? (known.isEmpty ? nil : "There are: \(known.prefix(20).joined(separator: ", "))"))
    }

    /// The kinds that were seen: how many events of how many people, and the last.
    public static func kinds(in db: Connection) throws -> [(name: String, events: Int64, people: Int64, last: Timestamp)] {
        try db.all(
            """
            SELECT kinds.name, SUM(totals.count), COUNT(*), MAX(totals.last_at) FROM totals
            JOIN kinds ON kinds.id = totals.kind GROUP BY kinds.name ORDER BY kinds.name
            """
        ) { ($0.text(0), $0.integer(1), $0.integer(2), $0.timestamp(3)) }
    }
}
