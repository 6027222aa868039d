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

    func lookBack(of channel: Int64) -> Span { lookBack[channel] ?? rest }

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
}
