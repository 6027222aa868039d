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
