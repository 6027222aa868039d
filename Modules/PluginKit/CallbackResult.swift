import RapportCore

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
