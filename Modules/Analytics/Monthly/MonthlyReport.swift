public import RapportCore
public import RapportStorage

/// A month of the house, against the one before and the same of the year before. Months are those of the house's zone.
public struct MonthlyReport: Sendable {
    /// A segment whose members changed.
    public struct Move: Sendable, Hashable {
        public var segment: String
        /// Not by another definition of it.
        public var entered: Int
        public var left: Int
        /// Now.
        public var members: Int
    }

    /// A campaign whose figures became final.
    public struct Finished: Sendable {
        public var figures: CampaignFigures
        /// Where chance kept some people back.
        public var trial: CampaignTrial?
    }

    /// Days 1 to 7 of the month, 8 to 14 and so on.
    public struct Week: Sendable, Hashable {
        public var first: Int
        public var last: Int
        public var sent = 0
        public var orders = 0
    }

    /// How long messages have to be answered: as long in each month, so that months can be compared.
    public static let patience = Span.days(7)

    public let month: CalendarMonth
    public let currency: String
    public let asOf: Timestamp
    public internal(set) var this: MonthTotals
    public internal(set) var before: MonthTotals
    public internal(set) var yearBefore: MonthTotals
    public internal(set) var weeks: [Week] = []
    /// Of campaigns that began in the month: asked about, left unsaid by reason's code, put off by reason's code; the most first.
    public internal(set) var asked = 0
    public internal(set) var unsaid: [(reason: String, count: Int)] = []
    public internal(set) var putOff: [(reason: String, count: Int)] = []
    /// Handed over when a process died; nobody knows whether they left.
    public internal(set) var inDoubt = 0
    public internal(set) var finished: [Finished] = []
    /// Those that moved most first.
    public internal(set) var moves: [Move] = []
    /// Pairs of people who may be one, and people whose events wait because of an error.
    public internal(set) var duplicates = 0
    public internal(set) var held = 0

    public var isComplete: Bool { asOf >= end }
    let end: Timestamp
    /// When the first people came to be known.
    var begin: Timestamp?
    /// The house's.
    let zone: TimeZoneRules

    private static let campaigns = 8
    private static let segments = 8

    init(_ month: CalendarMonth, currency: String, end: Timestamp, asOf: Timestamp, zone: TimeZoneRules) {
        self.month = month
        self.currency = currency
        self.end = end
        self.asOf = asOf
        self.zone = zone
        this = MonthTotals(month)
        before = MonthTotals(month.adding(-1))
        yearBefore = MonthTotals(month.adding(-12))
    }

    public static func read(
        _ month: CalendarMonth, _ catalog: Catalog, in currency: String, zone: TimeZoneRules, asOf: Timestamp, _ db: Connection
    ) throws -> MonthlyReport {
        let reader = try MonthReader(month, catalog, zone: zone, asOf: asOf, in: db)
        var report = MonthlyReport(month, currency: currency, end: month.range(in: zone).upperBound, asOf: asOf, zone: zone)
        try reader.readPeople(&report, in: db)
        try reader.readHappenings(&report, in: db)
        try reader.readAnswers(&report, in: db)
        try reader.readRevenue(&report, in: db)
        try reader.readUnsaid(&report, in: db)
        try reader.readMoves(&report, limit: segments, in: db)
        try reader.readFinished(&report, limit: campaigns, in: db)
        report.duplicates = Int(try db.integer("SELECT COUNT(*) FROM reviews WHERE verdict = 'open'") ?? 0)
        report.held = Int(try db.integer("SELECT COUNT(*) FROM held") ?? 0)
        return report
    }

    /// Whether a rate differs from the month before by more than chance does, at 95 %; `nil` where nothing can be said.
    public static func differs(_ one: ResponseCount, _ other: ResponseCount) -> Bool? {
        guard one.messages > 0, other.messages > 0 else { return nil }
        let comparison = LiftComparison(
            .rate, treatment: ArmOutcome(successes: min(one.responses, one.messages), of: one.messages),
            control: ArmOutcome(successes: min(other.responses, other.messages), of: other.messages))
        return comparison.pValue.map { $0 < 0.05 }
    }
}
