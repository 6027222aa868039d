public import RapportCore
public import RapportStorage

/// The public unsubscribe page. Looking at it changes nothing, whoever looks; one POST ends the topic on the channel, and more
/// only where the person says so.
public struct UnsubscribeUseCase: Sendable {
    let database: any Database
    let signer: LinkSigner
    let door: Door
    let ledger: PermissionLedger
    let clock: any WallClock

    public init(database: any Database, signer: LinkSigner, door: Door, ledger: PermissionLedger, clock: any WallClock) {
        self.database = database
        self.signer = signer
        self.door = door
        self.ledger = ledger
        self.clock = clock
    }

    /// What the page shows.
    public struct Page: Sendable, Hashable {
        /// The brand's name in rapport.yaml.
        public var brand: String
        public var topic: Choice
        /// The kind of address: `email`.
        public var channel: String
        /// The other marketing topics that this person may still get by this channel.
        public var others: [Choice]
        /// Whether everything has been objected to.
        public var everythingEnded: Bool
        /// The link of the person's own page of choices.
        public var preferences: String
    }

    public struct Choice: Sendable, Hashable {
        public var topic: String
        /// As the person knows it.
        public var title: String
        public var hasEnded: Bool
    }

    /// How much is to end.
    public enum Scope: Sendable, Hashable {
        /// The message's topic on its channel: what the one click of RFC 8058 does.
        case topicOnChannel
        /// Other topics, by name, on its channel.
        case topics([String])
        /// Everything on its channel.
        case channel
        /// All marketing, by whatever channel, from every brand: an objection.
        case everything
    }

    /// - Returns: `nil` for a link that was not made here (404), or whose message is gone.
    public func page(_ token: String) async throws -> Page? {
        guard let link = link(token) else { return nil }
        return try await database.read { db in try page(link, in: db) }
    }

    /// Whether the link comes from a copy for colleagues: it belongs to nobody, and ends nothing.
    public func isCopy(_ token: String) -> Bool { signer.verify(token)?.message.person == 0 }

    /// Ends what `scope` says, at once: no message passes the gate after this has returned. Doing it twice changes nothing more.
    ///
    /// - Parameter oneClick: whether a mail program did it for the person (RFC 8058), for the record.
    /// - Returns: the page as it is now; `nil` for a link that was not made here.
    /// - Throws: what the database throws. Then the web layer must not say that it is done.
    public func end(_ token: String, _ scope: Scope, oneClick: Bool = false) async throws -> Page? {
        guard let link = link(token) else { return nil }
        let now = clock.now
        return try await retryingRaces {
            try await database.write { db in
                guard let before = try page(link, in: db) else { return nil }
                let events = Self.events(link, scope, before, oneClick: oneClick, at: now)
                try door.accept(events, recordedBy: ledger, in: db)
                return try page(link, in: db)
            }
        }
    }

    private struct Link: Sendable {
        var key: MessageKey
        var topic: String
        var channel: String
    }

    private func link(_ token: String) -> Link? {
        switch signer.verify(token) {
        // Copies for colleagues belong to nobody, and end nothing.
        case .unsubscribe(let key, let topic, let channel)? where key.person != 0: Link(key: key, topic: topic, channel: channel)
        default: nil
        }
    }

    private static func events(_ link: Link, _ scope: Scope, _ page: Page, oneClick: Bool, at now: Timestamp) -> [NewEvent] {
        func event(_ kind: String, _ parts: [JSONValue.Member]) -> NewEvent {
            NewEvent(
                kind: kind, source: "rapport", person: link.key.person, occurredAt: now,
                properties: .object(
                    parts + [
                        .init("where", "unsubscribe_page"), .init("evidence", oneClick ? "one_click" : "page"),
                        .init("message", .string(link.key.wireID)), .init("actor", "person"),
                    ]))
        }
        func withdrawal(of topic: String) -> NewEvent {
            event(
                "permission.withdrawn",
                [.init("brand", .string(page.brand)), .init("topic", .string(topic)), .init("channel", .string(link.channel))])
        }
        switch scope {
        case .topicOnChannel: return page.topic.hasEnded ? [] : [withdrawal(of: link.topic)]
        case .topics(let topics):
            let known = ([page.topic] + page.others).filter { !$0.hasEnded }.map(\.topic)
            return topics.filter { known.contains($0) }.map(withdrawal)
        case .channel:
            return [
                event("permission.withdrawn", [.init("brand", .string(page.brand)), .init("channel", .string(link.channel))])
            ]
        case .everything: return page.everythingEnded ? [] : [event("objection.made", [])]
        }
    }

    private func page(_ link: Link, in db: Connection) throws -> Page? {
        guard let act = try ActStore.act(link.key.act, in: db),
            let person = try People.current([link.key.person], in: db)[link.key.person]?.person
        else { return nil }
        let reader = try OptOuts(of: person, brand: act.brand, channel: link.channel, in: db)
        let topics = try DefinitionStore(handlers: []).current("topic", in: db)
        func choice(_ topic: String) throws -> Choice {
            let title = topics.first { $0.name == topic }?.body["title"]?.string
            return Choice(topic: topic, title: title ?? topic, hasEnded: try reader.cover(topic, in: db))
        }
        let others = try topics.filter { $0.name != link.topic && $0.body["class"]?.string == TopicClass.marketing.name }
            .map { try choice($0.name) }.filter { !$0.hasEnded }
        return Page(
            brand: act.brand, topic: try choice(link.topic), channel: link.channel, others: others,
            everythingEnded: reader.everything, preferences: signer.url(for: .preferences(link.key)))
    }
}

/// The withdrawals and objections of one person, read for a page.
private struct OptOuts {
    private var withdrawals: [OptOutEntry] = []
    private var permissions: [(scope: PermissionScope, at: Timestamp, imported: Bool)] = []
    private let brand: BrandID
    private let channel: ChannelID
    private(set) var everything = false

    init(of person: PersonID, brand: String, channel: String, in db: Connection) throws {
        self.brand = try Self.number(brand, in: db)
        self.channel = try Self.number(channel, in: db)
        withdrawals = try db.all("SELECT id, brand, topic, channel, at FROM withdrawals WHERE person = \(person) ORDER BY id") {
            OptOutEntry(
                id: $0.integer(0), scope: .init(brand: $0.integer(1), topic: $0.integer(2), channel: $0.integer(3)),
                at: $0.timestamp(4))
        }
        permissions = try db.all(
            "SELECT brand, topic, channel, at, imported FROM permissions WHERE person = \(person) ORDER BY id"
        ) { (.init(brand: $0.integer(0), topic: $0.integer(1), channel: $0.integer(2)), $0.timestamp(3), $0.bool(4)) }
        let last = try db.first(
            """
            SELECT lifts FROM objections WHERE person = \(person) AND brand = 0 AND topic = 0 AND channel = 0
            ORDER BY at DESC, id DESC LIMIT 1
            """
        ) { $0.bool(0) }
        everything = last == false
    }

    /// Whether messages on `topic` have ended: everything has, or the latest withdrawal is no older than a permission of the
    /// person's own that covers it.
    func cover(_ topic: String, in db: Connection) throws -> Bool {
        let topic = try Self.number(topic, in: db)
        guard !everything else { return true }
        func covers(_ scope: PermissionScope) -> Bool { scope.covers(brand: brand, topic: topic, channel: channel) }
        guard let withdrawn = withdrawals.filter({ covers($0.scope) }).map(\.at).max() else { return false }
        return !permissions.contains { covers($0.scope) && !$0.imported && $0.at > withdrawn }
    }

    /// -1 for a name that nothing has used: no scope covers it.
    private static func number(_ name: String, in db: Connection) throws -> Int64 {
        try db.integer("SELECT id FROM symbols WHERE value = \(Text.folded(name))") ?? -1
    }
}

/// Runs a transaction again that lost a race at the door.
public func retryingRaces<Result: Sendable>(_ body: @Sendable () async throws -> Result) async throws -> Result {
    for _ in 0..<4 {
        do { return try await body() } catch is DoorRace {}
    }
    return try await body()
}
