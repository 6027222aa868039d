/// What a channel can carry, as data: the host splits, throttles and checks by it.
public struct Capabilities: Sendable, Hashable {
    /// The identifier kind that it addresses: `email`, `phone`.
    public var addresses: String
    public var html: Bool
    public var subject: Bool
    public var attachments: Bool
    public var twoWay: Bool
    /// Whether the medium tells later if a message arrived.
    public var reportsDelivery: Bool
    /// Longest text in characters; `nil`: no limit.
    public var maximumText: Int?
    /// Messages taken in one call of `send`.
    public var bulk: Int
    /// Messages a second at the most; `nil`: no limit.
    public var ratePerSecond: Int?
    /// Whether the same message id handed over twice reaches the person once.
    public var idempotent: Bool

    public init(
        addresses: String = "email", html: Bool = false, subject: Bool = false, attachments: Bool = false, twoWay: Bool = false,
        reportsDelivery: Bool = false, maximumText: Int? = nil, bulk: Int = 1, ratePerSecond: Int? = nil, idempotent: Bool = false
    ) {
        self.addresses = addresses
        self.html = html
        self.subject = subject
        self.attachments = attachments
        self.twoWay = twoWay
        self.reportsDelivery = reportsDelivery
        self.maximumText = maximumText
        self.bulk = bulk
        self.ratePerSecond = ratePerSecond
        self.idempotent = idempotent
    }
}
