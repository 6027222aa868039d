public import RapportCore

/// One message to one person, complete: a channel adds nothing to its meaning.
public struct OutgoingMessage: Sendable, Hashable {
    /// A UUID: the idempotency key, and the left part of a mail's Message-ID.
    public var id: String
    /// Email address, E.164 number, URL, or whatever the channel addresses.
    public var to: String
    /// The name to show beside the address, if any.
    public var toName: String?
    public var from: String
    public var fromName: String?
    public var replyTo: String?
    public var subject: String
    public var text: String
    public var html: String?
    /// BCP 47.
    public var language: String
    /// Extra headers in order, for channels that have headers.
    public var headers: [Header]
    /// Where one POST ends this topic on this channel (RFC 8058), for marketing.
    public var unsubscribeURL: String?
    /// Topic class: marketing, service, security or notice.
    public var topicClass: String
    /// Public id of the person.
    public var person: String
    /// Whatever a webhook or file should carry beside the message.
    public var metadata: JSONValue

    public struct Header: Sendable, Hashable {
        public var name: String
        public var value: String
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public init(
        id: String, to: String, toName: String? = nil, from: String, fromName: String? = nil, replyTo: String? = nil,
        subject: String, text: String, html: String? = nil, language: String = "en", headers: [Header] = [],
        unsubscribeURL: String? = nil, topicClass: String, person: String, metadata: JSONValue = [:]
    ) {
        self.id = id
        self.to = to
        self.toName = toName
        self.from = from
        self.fromName = fromName
        self.replyTo = replyTo
        self.subject = subject
        self.text = text
        self.html = html
        self.language = language
        self.headers = headers
        self.unsubscribeURL = unsubscribeURL
        self.topicClass = topicClass
        self.person = person
        self.metadata = metadata
    }
}

/// What became of one message.
public enum SendResult: Sendable, Hashable {
    /// The next system has taken it; `providerID` is its name for the message.
    case sent(providerID: String?)
    /// Try again not before `until`, in ms UTC; `nil` leaves it to the host's back-off.
    case deferred(until: Timestamp?, reason: String)
    case bounced(Bounce, reason: String)
    /// The channel itself cannot carry this message (too long, no such feature).
    case refused(reason: String)
    /// The line broke after the message was handed over and before an answer came.
    case inDoubt(reason: String)
}

public enum Bounce: String, Sendable, Hashable, CaseIterable {
    /// The address does not exist: it is suppressed at once.
    case hard
    /// Full or slow: may work later.
    case soft
    /// The receiving system refuses us (policy, reputation).
    case blocked
    /// The address is no address.
    case invalid
}

/// A raw request to a plugin's callback path, made durable before the plugin sees it.
public struct CallbackRequest: Sendable, Hashable {
    public var path: String
    public var method: String
    public var query: [OutgoingMessage.Header]
    public var headers: [OutgoingMessage.Header]
    public var body: [UInt8]
    public var receivedAt: Timestamp

    public init(
        path: String, method: String, query: [OutgoingMessage.Header], headers: [OutgoingMessage.Header], body: [UInt8],
        receivedAt: Timestamp
    ) {
        self.path = path
        self.method = method
        self.query = query
        self.headers = headers
        self.body = body
        self.receivedAt = receivedAt
    }
}

/// What a plugin makes of a callback.
public struct CallbackResult: Sendable, Hashable {
    public var events: [PluginEvent]
    /// Text to answer with, where the manifest says that the plugin answers.
    public var answer: String?

    public init(events: [PluginEvent] = [], answer: String? = nil) {
        self.events = events
        self.answer = answer
    }
}

/// An event that a plugin saw: a reply, a bounce, a click.
public struct PluginEvent: Sendable, Hashable {
    public var kind: String
    public var identifiers: [Identifier]
    public var occurredAt: Timestamp?
    public var properties: JSONValue
    /// The source's own id of the event: the same id twice is one event.
    public var id: String?
    /// The id of the message this is about, or the provider's id of it.
    public var message: String?

    public init(
        kind: String, identifiers: [Identifier] = [], occurredAt: Timestamp? = nil, properties: JSONValue = [:],
        id: String? = nil,
        message: String? = nil
    ) {
        self.kind = kind
        self.identifiers = identifiers
        self.occurredAt = occurredAt
        self.properties = properties
        self.id = id
        self.message = message
    }
}

/// A withdrawal or objection to pass on to connected systems.
public struct OptOut: Sendable, Hashable {
    public var addresses: [Identifier]
    public var topic: String?
    public var at: Timestamp

    public init(addresses: [Identifier], topic: String?, at: Timestamp) {
        self.addresses = addresses
        self.topic = topic
        self.at = at
    }
}

/// A record as a source has it, before mapping.
public struct SourceRecord: Sendable, Hashable {
    /// Which table, file or stream it comes from.
    public var stream: String
    /// Where it stands: the 1-based line of a file, or a row number.
    public var line: Int64
    /// Columns in order. Text sources give strings; typed sources give typed values.
    public var names: [String]
    public var values: [JSONValue]
    /// The source's own key of the record, if it has one.
    public var key: String?
    /// What was odd about the record and did not keep it from being read: too few fields, quotes that had to be repaired.
    public var notes: [String]

    public init(
        stream: String, line: Int64, names: [String], values: [JSONValue], key: String? = nil, notes: [String] = []
    ) {
        self.stream = stream
        self.line = line
        self.names = names
        self.values = values
        self.key = key
        self.notes = notes
    }
}

/// What `probe` found.
public struct ProbeReport: Sendable, Hashable {
    public var findings: [String]
    public init(findings: [String] = []) { self.findings = findings }
}
