import RapportCore

/// One sentence about one message: what was decided, and what has become of it since.
struct MessageStory {
    struct Message {
        var state: MessageState
        /// Not before, while it waits; then when it came to its state.
        var at: Timestamp
        var reason: DeliveryReason
    }

    /// What the message belongs to.
    struct Made {
        /// `campaign spring`
        var title: String
        var state: Act.State
    }

    let texts: Texts
    let person: String
    let act: Made
    /// `nil` where none was made, or where a decision is told as it was then.
    let message: Message?
    let now: Timestamp

    func told(_ words: ReceiptWords) -> (outcome: String, sentence: String) {
        var values = ["person": person, "act": act.title]
        switch words.decision.verdict {
        case .drop(let reason):
            values["date"] = words.day(words.start)
            if reason == .noAddress, message?.reason == .addressGone {
                return ("dropped", texts("why.address_gone", values))
            }
            values["clause"] = words.clause(reason)
            return ("dropped", texts("why.dropped", values))
        case .wait(let until, let reason, let channel):
            values["channel"] = words.names.symbol(channel)
            values["ground"] = words.ground
            // A message that was put off and has gone since passed the gate later, which adds no line of its own.
            if let message, !message.waits { return ended(message, words, values) }
            if let message, act.state != .running { return halted(message, words, values) }
            values["date"] = words.day(words.input.wall)
            values["clause"] = words.clause(reason)
            values["until"] = words.moment(until)
            return ("waiting", texts("why.waiting", values))
        case .send(let channel, let at):
            values["channel"] = words.names.symbol(channel)
            values["ground"] = words.ground
            guard let message else {
                values["date"] = words.day(at)
                return ("planned", texts("why.planned", values))
            }
            if !message.waits { return ended(message, words, values) }
            if act.state != .running { return halted(message, words, values) }
            values["date"] = words.day(message.at)
            return ("planned", texts(message.at <= now ? "why.next" : "why.planned", values))
        }
    }

    /// It waits, and what it belongs to does not go on.
    private func halted(_ message: Message, _ words: ReceiptWords, _ given: [String: String]) -> (
        outcome: String, sentence: String
    ) {
        guard act.state == .paused else { return ("dropped", texts("why.stopped", given)) }
        return ("waiting", texts("why.paused", given.merging(["date": words.day(words.start)]) { $1 }))
    }

    private func ended(_ message: Message, _ words: ReceiptWords, _ given: [String: String]) -> (
        outcome: String, sentence: String
    ) {
        var values = given
        values["date"] = words.day(message.at)
        values["failure"] = texts("reason.\(message.reason.name)")
        switch message.state {
        case .sent: return ("sent", texts("why.sent", values))
        case .inDoubt: return ("in_doubt", texts("why.in_doubt", values))
        case .failed: return ("failed", texts("why.failed", values))
        case .dropped: return ("dropped", texts("why.withheld", values))
        case .queued, .held, .claimed, .handingOver: return ("planned", texts("why.next", values))
        }
    }
}

extension MessageStory.Message {
    /// Whether it has not left for its channel.
    fileprivate var waits: Bool { state == .queued || state == .held }
}
