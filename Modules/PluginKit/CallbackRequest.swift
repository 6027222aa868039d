public import RapportCore

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
