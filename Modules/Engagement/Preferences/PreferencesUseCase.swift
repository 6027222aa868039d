public import RapportCore
public import RapportStorage

/// The person's own page of choices, behind a signed link: topics × channels, hours, the best channel, and everything.
///
/// Looking at it changes nothing, whoever looks. What is saved are acts of the person, each an event on the log: what was
/// ticked anew is a consent with this page as its place, what was unticked is a withdrawal, and *everything* is an objection.
public struct PreferencesUseCase: Sendable {
    let database: any Database
    let signer: LinkSigner
    let door: Door
    let ledger: PermissionLedger
    /// The kinds of addresses that the house's channels use.
    let channels: [String]
    let clock: any WallClock

    public init(
        database: any Database, signer: LinkSigner, door: Door, ledger: PermissionLedger, channels: Set<String>,
        clock: any WallClock
    ) {
        self.database = database
        self.signer = signer
        self.door = door
        self.ledger = ledger
        self.channels = channels.sorted()
        self.clock = clock
    }

    /// What the page shows.
    public struct Page: Sendable, Hashable {
        /// The brand's name in rapport.yaml.
        public var brand: String
        /// Marketing topics by name.
        public var topics: [Topic]
        /// Kinds of addresses: those that the house writes to and the person has.
        public var channels: [String]
        public var on: Set<Choice>
        public var everythingEnded: Bool
        public var preference: StatedPreference
        /// Whether something that we know still holds.
        public var question: RefreshQuestion?
        /// Whether what was just answered is no value of what was asked about.
        public var isUnfit = false
        /// Whether an answer has just been taken.
        public var isAnswered = false
    }

    public struct Topic: Sendable, Hashable {
        public var name: String
        /// As the person knows it.
        public var title: String
    }

    /// A topic on a kind of address.
    public struct Choice: Sendable, Hashable, Comparable {
        public var topic: String
        public var channel: String

        public init(topic: String, channel: String) {
            self.topic = topic
            self.channel = channel
        }

        public static func < (left: Choice, right: Choice) -> Bool { (left.topic, left.channel) < (right.topic, right.channel) }
    }

    /// What the person sent off.
    public struct Form: Sendable, Hashable {
        /// The choices that the page offered: nothing is taken back that the person did not see.
        public var shown: Set<Choice>
        public var ticked: Set<Choice>
        public var preference: StatedPreference
        /// The words beside the ticks, and their language (BCP 47): evidence of what was agreed to.
        public var wording: String
        public var language: String
        /// What the page asked about beside, so that it is not asked again soon.
        public var question: String?

        public init(
            shown: Set<Choice>, ticked: Set<Choice>, preference: StatedPreference, wording: String, language: String,
            question: String? = nil
        ) {
            self.question = question
            self.shown = shown
            self.ticked = ticked
            self.preference = preference
            self.wording = wording
            self.language = language
        }
    }

    /// - Returns: `nil` for a link that was not made here (404), or whose message is gone.
    public func page(_ token: String) async throws -> Page? {
        guard let key = key(token) else { return nil }
        return try await database.read { db in try person(key, in: db)?.page }
    }

    /// Whether the link comes from a copy for colleagues: it belongs to nobody, and changes nothing.
    public func isCopy(_ token: String) -> Bool { signer.verify(token)?.message.person == 0 }

    /// Takes what the person chose. Doing it twice changes nothing more.
    ///
    /// - Returns: the page as it is now; `nil` for a link that was not made here.
    /// - Throws: what the database throws. Then the web layer must not say that it is done.
    public func save(_ token: String, _ form: Form) async throws -> Page? {
        let page = try await change(token) { person, key, now in
            PreferenceChanges(person: person, message: key, form: form, at: now).events
        }
        guard let key = key(token), let page, let asked = page.question, asked.subject == form.question else { return page }
        return try await retryingRaces {
            try await database.write { db in
                guard let owner = try People.current([key.person], in: db)[key.person]?.person else { return nil }
                try questions.note(.asked, asked.subject, owner, Self.contact, [], in: db)
                return try self.person(key, in: db)?.page
            }
        }
    }

    /// Takes the person's answer to the question on the page. An answer to another question than the one that stands changes
    /// nothing: it has been sent before.
    ///
    /// - Returns: the page as it is now; `nil` for a link that was not made here.
    public func answer(_ token: String, _ subject: String, _ answer: QuestionDesk.Answer) async throws -> Page? {
        guard let key = key(token) else { return nil }
        return try await retryingRaces {
            try await database.write { db in
                guard let before = try person(key, in: db)?.page else { return nil }
                guard before.question?.subject == subject,
                    let owner = try People.current([key.person], in: db)[key.person]?.person
                else { return before }
                do {
                    try questions.take(answer, to: subject, of: owner, Self.contact, in: db)
                } catch let problem as Problem where problem.code == "field.value" || problem.code.hasPrefix("identifier.") {
                    var page = before
                    page.isUnfit = true
                    return page
                }
                try questions.note(.asked, subject, owner, Self.contact, [], in: db)
                var page = try person(key, in: db)?.page
                page?.isAnswered = true
                return page
            }
        }
    }

    private static let contact = QuestionDesk.Contact(touchpoint: "preferences", actor: "person")
    private var questions: QuestionDesk { QuestionDesk(database: database, door: door, clock: clock) }

    /// Ends all marketing, by whatever channel, from every brand: an objection.
    public func endEverything(_ token: String) async throws -> Page? {
        try await change(token) { person, key, now in
            person.page.everythingEnded ? [] : [PreferenceChanges.event("objection.made", [], of: key, at: now)]
        }
    }

    private func change(
        _ token: String, _ events: @escaping @Sendable (Person, MessageKey, Timestamp) -> [NewEvent]
    ) async throws -> Page? {
        guard let key = key(token) else { return nil }
        let now = clock.now
        return try await retryingRaces {
            try await database.write { db in
                guard let before = try person(key, in: db) else { return nil }
                try door.accept(events(before, key, now), recordedBy: ledger, in: db)
                return try person(key, in: db)?.page
            }
        }
    }

    private func key(_ token: String) -> MessageKey? {
        switch signer.verify(token) {
        case .preferences(let key)? where key.person != 0: key
        default: nil
        }
    }

    /// The person with what has been said so far.
    struct Person {
        var page: Page
        var ledger: LedgerReading
        /// The kind of address that the message went to: whoever has the link reads what is sent there.
        var provenChannel: String?
        /// `AddressHash` of that address.
        var provenAddress: Int64?
    }

    private func person(_ key: MessageKey, in db: Connection) throws -> Person? {
        guard let act = try ActStore.act(key.act, in: db), let owner = try People.current([key.person], in: db)[key.person] else {
            return nil
        }
        let identifiers = try db.all(
            """
            SELECT DISTINCT identifier_kinds.name, identifiers.value FROM identifiers
            JOIN identifier_kinds ON identifier_kinds.id = identifiers.kind
            WHERE identifiers.person = \(owner.person) ORDER BY identifier_kinds.name, identifiers.value
            """
        ) { Identifier(kind: $0.text(0), value: $0.text(1)) }
        let kinds = Set(identifiers.map(\.kind))
        let own = channels.filter { kinds.contains($0) }
        let reading = try LedgerReading(
            of: owner.person, partition: owner.partition, brand: act.brand, catalog: door.catalog, in: db)
        let topics = try DefinitionStore(handlers: []).current("topic", in: db)
            .filter { $0.body["class"]?.string == TopicClass.marketing.name }
            .map { Topic(name: $0.name, title: $0.body["title"]?.string ?? $0.name) }
        let all = topics.flatMap { topic in own.map { Choice(topic: topic.name, channel: $0) } }
        let address = try db.integer("SELECT address FROM messages WHERE person = \(key.person) AND act = \(key.act)")
        let proven = identifiers.first { AddressHash.of($0) == address }?.kind
        let question = try questions.look(owner.person, Self.contact, except: Set([proven].compactMap { $0 }), in: db)
        return Person(
            page: Page(
                brand: act.brand, topics: topics, channels: own,
                on: Set(all.filter { reading.isOn(Text.folded($0.topic), Text.folded($0.channel)) }),
                everythingEnded: reading.hasObjectedToAll, preference: reading.preference,
                question: question),
            ledger: reading, provenChannel: proven, provenAddress: proven == nil ? nil : address)
    }
}
