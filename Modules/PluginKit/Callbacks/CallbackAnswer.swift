/// What the server answers to a callback.
public struct CallbackAnswer: Sendable, Hashable {
    public var status: Int
    public var body: String

    public init(status: Int, body: String = "") {
        self.status = status
        self.body = body
    }
}
