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
