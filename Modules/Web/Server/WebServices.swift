public import Logging
public import RapportCore
public import RapportEngagement
public import RapportPluginKit
public import RapportStorage

/// What the web needs of a running Rapport; the host puts it together.
public struct WebServices: Sendable {
    /// One line of the health page.
    public struct Check: Sendable, Hashable {
        public enum State: String, Sendable { case good, warning, bad }
        public var name: String
        public var state: State
        public var finding: String
        public var remedy: String?

        public init(name: String, state: State, finding: String, remedy: String? = nil) {
            self.name = name
            self.state = state
            self.finding = finding
            self.remedy = remedy
        }
    }

    /// Who writes to people, as the pages show it that they reach from a message.
    public struct House: Sendable, Hashable {
        public var title: String
        public var postalAddress: String

        public init(title: String, postalAddress: String) {
            self.title = title
            self.postalAddress = postalAddress
        }

        var shownAddress: String? { postalAddress.isEmpty ? nil : postalAddress }
    }

    public var database: any Database
    public var intake: Intake
    public var clock: any WallClock
    public var texts: Texts
    /// The house's: pages tell the time by its clocks.
    public var zone: TimeZoneRules
    public var logger: Logger
    /// By the brands' names in rapport.yaml.
    public var brands: [String: House]
    /// Opens the pages and the lookup API.
    public var token: String
    /// Write key → tracking source.
    public var trackingKeys: [String: TrackingSource]
    public var unsubscribe: UnsubscribeUseCase
    public var preferences: PreferencesUseCase
    public var questions: QuestionDesk
    public var clicks: ClickUseCase
    public var explainer: Explainer
    public var search: PeopleSearch
    /// Instances by name, with their plugin's id.
    public var channels: [(name: String, plugin: String)]
    public var campaigns: @Sendable () async throws -> [CampaignReport]
    public var checks: @Sendable () async -> [Check]
    /// Those without which nothing can be done: what `/readyz` asks.
    public var essentials: @Sendable () async -> [Check]
    /// How good what is known of people is.
    public var dataHealth: @Sendable () async throws -> DataHealth
    /// Answers a request to `/hooks/INSTANCE/PATH`, once it is durable.
    public var hook: @Sendable (_ instance: String, CallbackRequest) async throws -> CallbackAnswer
    /// `nil`: people's rights are not to be had over HTTP.
    public var rights: RightsActions?

    public init(
        database: any Database, intake: Intake, clock: any WallClock, texts: Texts, zone: TimeZoneRules,
        logger: Logger, brands: [String: House], token: String,
        trackingKeys: [String: TrackingSource], unsubscribe: UnsubscribeUseCase, preferences: PreferencesUseCase,
        questions: QuestionDesk, clicks: ClickUseCase, explainer: Explainer, search: PeopleSearch,
        channels: [(name: String, plugin: String)],
        campaigns: @escaping @Sendable () async throws -> [CampaignReport], checks: @escaping @Sendable () async -> [Check],
        essentials: @escaping @Sendable () async -> [Check],
        dataHealth: @escaping @Sendable () async throws -> DataHealth,
        hook: @escaping @Sendable (_ instance: String, CallbackRequest) async throws -> CallbackAnswer,
        rights: RightsActions? = nil
    ) {
        self.database = database
        self.intake = intake
        self.clock = clock
        self.texts = texts
        self.zone = zone
        self.logger = logger
        self.brands = brands
        self.token = token
        self.trackingKeys = trackingKeys
        self.unsubscribe = unsubscribe
        self.preferences = preferences
        self.questions = questions
        self.clicks = clicks
        self.explainer = explainer
        self.search = search
        self.channels = channels
        self.campaigns = campaigns
        self.checks = checks
        self.essentials = essentials
        self.dataHealth = dataHealth
        self.hook = hook
        self.rights = rights
    }
}
