public import RapportCore
public import RapportStorage

/// When, on which channel and with what messages were answered best: of the house, or of one person shrunk to the house.
public struct NextBest: Sendable {
    public enum Question: String, Sendable, Hashable, CaseIterable { case time, channel, content }

    /// What a message is told apart by.
    public enum Dimension: String, Sendable, Hashable, CaseIterable {
        /// 1 = Monday … 7 = Sunday, where the person lives.
        case weekday
        /// 0…23, where the person lives.
        case hour
        /// (weekday − 1) · 24 + hour.
        case cell
        case channel, campaign, template, topic
        /// Of the person, as the record has it: it chooses the variant of a template.
        case language
        /// Of one campaign: chance drew who is in which.
        case wave
    }

    /// What content can be told apart by.
    public static let contents: [Dimension] = [.campaign, .template, .topic, .language]

    /// One way of telling messages apart, with what came of each choice.
    public struct Part: Sendable {
        public let dimension: Dimension
        /// The campaign whose waves are compared.
        public let of: String?
        /// Choices by name: `3`, `email`, `spring`.
        public let contest: Contest<String>
        /// Whether chance drew who got what, so that a difference is an effect.
        public var isRandomised: Bool { dimension == .wave }
    }

    /// Who was drawn into which wave of a campaign.
    public struct Draw: Sendable {
        public var waves: Int
        public var wave: @Sendable (PersonID) -> Int

        public init(waves: Int, wave: @escaping @Sendable (PersonID) -> Int) {
            self.waves = waves
            self.wave = wave
        }
    }

    public struct Asked: Sendable {
        public var question: Question
        /// What content is told apart by.
        public var content = NextBest.contents
        /// Messages of this topic alone, folded.
        public var topic: String?
        public var person: PersonID?
        /// The zone of people of whom nobody knows it.
        public var zone: String
        /// By folded name of the campaign.
        public var draws: [String: Draw] = [:]

        public init(_ question: Question, zone: String) {
            self.question = question
            self.zone = zone
        }
    }

    public let question: Question
    public let responses: HouseResponses
    public let isOfPerson: Bool
    public internal(set) var parts: [Part] = []
    /// Delivered, and their look-back over.
    public internal(set) var house = ResponseCount()
    /// The same of the person asked about.
    public internal(set) var own = ResponseCount()
    /// Sent too lately for their responses to be counted.
    public internal(set) var young = 0
    /// Came back.
    public internal(set) var bounced = 0
    /// People who got a message that counts.
    public internal(set) var people = 0
    /// Campaigns of which chance kept some people back, and what that shows; the latest first.
    public internal(set) var trials: [CampaignTrial] = []

    init(_ question: Question, _ responses: HouseResponses, isOfPerson: Bool) {
        self.question = question
        self.responses = responses
        self.isOfPerson = isOfPerson
    }

    /// The zone that policy states for people of whom nobody knows it.
    public static func zone(in db: Connection) throws -> String? {
        for definition in try DefinitionStore(handlers: []).current("guards", in: db) {
            if let zone = definition.body["zone"]?.string { return zone }
        }
        return nil
    }

    /// - Throws: `Problem` `topic.not_found` for a topic of which nothing was ever sent.
    public static func read(_ asked: Asked, _ responses: HouseResponses, _ catalog: Catalog, in db: Connection) throws -> NextBest
    {
        let names = try ResponseNames(asked, responses, catalog, in: db)
        var tally = ResponseTally(asked, names)
        var everybody = responses
        everybody.person = nil
        try everybody.read(catalog, in: db) { person, messages in tally.add(messages, of: person) }
        return try tally.answer(responses) { try catalog.symbol($0, in: db) }
    }

    /// Adds what hold-outs show of the campaigns that messages were about, at most so many.
    public mutating func readTrials(
        _ catalog: Catalog, in currency: String, zone: TimeZoneRules, limit: Int = 5, _ db: Connection
    ) throws {
        let names = try db.all(
            """
            SELECT name FROM acts WHERE kind = 'campaign' AND hold_out > 0 AND made_at >= \(responses.since)
                AND made_at <= \(responses.until) ORDER BY made_at DESC, id DESC LIMIT \(limit)
            """
        ) { $0.text(0) }
        for name in names {
            do {
                trials.append(
                    try CampaignTrial.read(name, catalog, in: currency, zone: zone, asOf: responses.until, db))
            } catch let problem as Problem where problem.code == "campaign.no_hold_out" {
                // Nobody was kept back, or nobody written to, yet.
                continue
            }
        }
    }
}
