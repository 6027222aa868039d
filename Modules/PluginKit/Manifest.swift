import RapportCore

/// What a plugin says about itself: everything that the host, the command line and the reference show comes from here.
public struct Manifest: Sendable {
    public enum Kind: String, Sendable, CaseIterable { case channel, source }

    /// Dotted, lowercase: `channel.email`.
    public var id: String
    public var kind: Kind
    /// Semantic version of the plugin.
    public var version: String
    /// One sentence.
    public var summary: String
    public var capabilities: Capabilities
    public var settings: Spec
    public var callbacks: [Callback]
    /// What it passes on to the system behind it. The host calls only what is named here, and tries until it is done.
    public var duties: [Duty]
    /// The setting, a list, by which an instance takes on duties of its own: where one type stands for many programs.
    public var dutiesSetting: String?

    public init(
        id: String, kind: Kind, version: String, summary: String, capabilities: Capabilities = Capabilities(),
        settings: Spec = Spec([]), callbacks: [Callback] = [], duties: [Duty] = [], dutiesSetting: String? = nil
    ) {
        self.id = id
        self.kind = kind
        self.version = version
        self.summary = summary
        self.capabilities = capabilities
        self.settings = settings
        self.callbacks = callbacks
        self.duties = duties
        self.dutiesSetting = dutiesSetting
    }

    /// What an instance with these settings passes on.
    ///
    /// - Throws: `Problem` at the setting, where it names what is no duty.
    public func duties(of settings: Settings) throws -> [Duty] {
        guard let dutiesSetting else { return duties }
        return duties
            + (try settings.list(dutiesSetting).map { name in
                guard let duty = Duty(rawValue: name) else {
                    throw Problem(
                        "plugin.settings", "\"\(name)\" is no duty", at: .init(path: dutiesSetting),
                        remedy: "It is one of \(Duty.allCases.map(\.rawValue).joined(separator: ", "))")
                }
                return duty
            })
    }
}

/// Something that a person may ask of us and that the systems behind plugins must hear of.
public enum Duty: String, Sendable, Hashable, CaseIterable {
    /// `optOut`: somebody wants no more messages.
    case optOut = "opt_out"
    /// `erase`: somebody is to be forgotten.
    case erase
}

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

/// A path under `/hooks/INSTANCE/` that the server serves for the plugin.
public struct Callback: Sendable, Hashable {
    public enum Verification: Sendable, Hashable {
        case none
        /// HMAC of the raw body under the secret in `setting`; hex or base64 in `header`, after `prefix`.
        case hmac(header: String, algorithm: String, setting: String, prefix: String)
        /// The value of a header or query parameter equals the secret in `setting`.
        case key(name: String, setting: String)
    }
    public enum Answer: Sendable, Hashable {
        case fixed(status: Int, body: String)
        /// Answers with the value of a query parameter, as many services ask at subscription.
        case echo(parameter: String)
        /// Asks the plugin, for two seconds at the most.
        case plugin
    }
    public var path: String
    public var verification: Verification
    public var answer: Answer

    public init(path: String, verification: Verification, answer: Answer = .fixed(status: 200, body: "")) {
        self.path = path
        self.verification = verification
        self.answer = answer
    }
}
