import RapportCore

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
