public import RapportCore
public import RapportStorage

/// Messages and what they brought, as the log has them, whichever system sent them.
///
/// A response is a click judged human, a reply, a visit or a form that names the campaign, or a purchase, within the look-back of the
/// channel; an opened message is none. Each counts for one message: the last before it, of the campaign that it names if it names one.
/// Merged people's messages are their survivor's; erased people have none here.
public struct HouseResponses: Sendable {
    public struct Message: Sendable, Hashable {
        public var at: Timestamp
        /// Numbers of symbols; 0 where the event names none.
        public var campaign: Int64
        public var channel: Int64
        public var topic: Int64
        /// Whether it came back.
        public var bounced = false
        public var answered = false
        /// Whether the time in which responses count is over.
        public var isSettled = false

        public init(at: Timestamp, campaign: Int64 = 0, channel: Int64 = 0, topic: Int64 = 0) {
            self.at = at
            self.campaign = campaign
            self.channel = channel
            self.topic = topic
        }
    }

    /// What may be the response to a message, or its coming back.
    public struct Mark: Sendable, Hashable {
        public var at: Timestamp
        /// 0: it names none.
        public var campaign: Int64
        public var isBounce: Bool

        public init(at: Timestamp, campaign: Int64 = 0, isBounce: Bool = false) {
            self.at = at
            self.campaign = campaign
            self.isBounce = isBounce
        }
    }

    /// Messages from this moment on.
    public var since: Timestamp
    /// What happened later is left out.
    public var until: Timestamp
    /// How long after a message a response counts, by number of the channel; `rest` for the others.
    public var lookBack: [Int64: Span] = [:]
    public var rest: Span
    /// Of this person alone.
    public var person: PersonID?

    public init(since: Timestamp, until: Timestamp, within rest: Span, person: PersonID? = nil) {
        self.since = since
        self.until = until
        self.rest = rest
        self.person = person
    }

    /// With the look-backs that `figures:` states, or with one for all channels.
    public init(
        since: Timestamp, until: Timestamp, within: Span?, person: PersonID? = nil, _ catalog: Catalog, in db: Connection
    ) throws {
        let rules = try FigureRules.current(in: db)
        self.init(since: since, until: until, within: within ?? rules.lookBack(of: nil), person: person)
        guard within == nil else { return }
        for (channel, span) in rules.lookBack {
            if let symbol = try catalog.existingSymbol(channel, in: db) { lookBack[symbol] = span }
        }
    }

    private func lookBack(of channel: Int64) -> Span { lookBack[channel] ?? rest }

    /// Says of each message what came of it.
    ///
    /// - Parameter messages: of one person, by time.
    public func settle(_ messages: inout [Message], _ marks: [Mark]) {
        func place(of mark: Mark, _ fits: (Message) -> Bool) -> Int? {
            messages.lastIndex { message in
                message.at <= mark.at && (mark.campaign == 0 || message.campaign == mark.campaign) && fits(message)
            }
        }
        for mark in marks where mark.isBounce {
            if let last = place(of: mark, { _ in true }) { messages[last].bounced = true }
        }
        for mark in marks where !mark.isBounce {
            let last = place(of: mark) { !$0.bounced && mark.at <= $0.at + lookBack(of: $0.channel) }
            if let last { messages[last].answered = true }
        }
        for index in messages.indices {
            messages[index].isSettled = messages[index].at + lookBack(of: messages[index].channel) <= until
        }
    }

    private static let kinds: Set<String> = [
        "message.sent", "message.bounced", "link.clicked", "message.replied", "page.viewed", "session.started", "form.submitted",
        "order.placed",
    ]
    /// Of these only what names a campaign is a response.
    private static let visits: Set<String> = ["page.viewed", "session.started", "form.submitted", "message.bounced"]

    private struct Reading {
        var name: String
        var campaign: Int?
        var human: Int?
    }

    /// Hands over each person with their messages, by time, in the order of the people's numbers.
    public func read(_ catalog: Catalog, in db: Connection, _ body: (PersonID, [Message]) throws -> Void) throws {
        let kinds = try catalog.existingKinds(Self.kinds, in: db)
        guard let sent = kinds["message.sent"]?.id else { return }
        let readings = Dictionary(
            uniqueKeysWithValues: kinds.values.map { kind in
                let slots = kind.definition.slots.map(\.name)
                return (
                    kind.id,
                    Reading(
                        name: kind.name, campaign: slots.firstIndex(of: "campaign").map { $0 + 3 },
                        human: slots.firstIndex(of: "human").map { $0 + 3 })
                )
            })
        let gone = Set(try db.all("SELECT id FROM people WHERE state <> 0 ORDER BY id") { $0.integer(0) })
        let whom: SQL = person.map { "AND timeline.person = \($0)" } ?? ""
        var current: PersonID = 0
        var messages: [Message] = []
        var marks: [Mark] = []
        func finish() throws {
            defer { (messages, marks) = ([], []) }
            guard !messages.isEmpty, !gone.contains(current) else { return }
            settle(&messages, marks)
            try body(current, messages)
        }
        try db.stream(
            """
            SELECT timeline.person, timeline.kind, timeline.occurred_at, timeline.n1, timeline.n2, timeline.n3, timeline.n4
            FROM timeline
            WHERE timeline.kind IN \(list: readings.keys.sorted()) AND timeline.occurred_at >= \(since)
                AND timeline.occurred_at <= \(until) \(whom)
            ORDER BY timeline.person, timeline.kind, timeline.occurred_at, timeline.partition, timeline.position
            """
        ) { row in
            if row.integer(0) != current {
                try finish()
                current = row.integer(0)
            }
            let kind = row.integer(1)
            if kind == sent {
                messages.append(
                    Message(
                        at: row.timestamp(2), campaign: row.integerOrNil(3) ?? 0, channel: row.integerOrNil(4) ?? 0,
                        topic: row.integerOrNil(5) ?? 0))
                return
            }
            guard let reading = readings[kind] else { return }
            let campaign = reading.campaign.flatMap { row.integerOrNil($0) } ?? 0
            if campaign == 0, Self.visits.contains(reading.name) { return }
            // A machine that follows links is no answer.
            if let human = reading.human, row.integerOrNil(human) == 0 { return }
            marks.append(Mark(at: row.timestamp(2), campaign: campaign, isBounce: reading.name == "message.bounced"))
        }
        try finish()
    }
}
