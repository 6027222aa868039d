/// How many messages of a group were delivered, and how many of them brought a response.
public struct ResponseCount: Sendable, Hashable {
    public var messages: Int
    public var responses: Int

    public init(messages: Int = 0, responses: Int = 0) {
        self.messages = messages
        self.responses = responses
    }

    mutating func add(_ isAnswered: Bool) {
        messages += 1
        if isAnswered { responses += 1 }
    }

    static func += (left: inout ResponseCount, right: ResponseCount) {
        left.messages += right.messages
        left.responses += right.responses
    }

    /// 0…1; `nil` without messages.
    public var rate: Double? { messages > 0 ? Double(responses) / Double(messages) : nil }

    /// The rate's interval by these messages alone (Wilson 1927); `nil` without messages.
    public func interval(level: Double = 0.95) -> LiftComparison.Interval? {
        LiftComparison.wilson(ArmOutcome(successes: responses, of: messages), level: level)
    }
}
