public import RapportCore
public import RapportStorage

/// Silence is an event too: a message that nobody clicked, answered or bought after becomes `message.unanswered` once
/// `patience` is over.
public struct SilenceReactor: Reactor {
    static let owner = "silence"
    private static let responses: Set<String> = [
        "link.clicked", "message.replied", "order.placed", "form.submitted", "permission.withdrawn", "objection.made",
        "message.bounced", "message.complained",
    ]

    public var name: String { Self.owner }
    let patience: Span

    public init(patience: Span = .days(3)) { self.patience = patience }

    public func react(to events: [Event], in step: StepContext) throws {
        let kinds = try step.kinds()
        let (sent, clicked) = (kinds["message.sent"], kinds["link.clicked"])
        let responses = Set(Self.responses.compactMap { kinds[$0] })
        let waiting = try waiting(events.filter { responses.contains($0.kind) }.map(\.person), in: step.db)
        for event in events where event.person != 0 {
            if event.kind == sent {
                let said = try JSONValue(parsing: event.properties)
                // What another system sent is not ours to wait for.
                guard let act = said["act"]?.integer else { continue }
                let kept = (said.object ?? []).filter { ["campaign", "channel", "topic", "act"].contains($0.name) }
                step.set(
                    Timer(
                        dueAt: event.receivedAt + patience, person: event.person, owner: Self.owner, key: String(act),
                        payload: JSONValue.object(kept).text))
            } else if responses.contains(event.kind) {
                // A machine that follows links is no answer.
                if event.kind == clicked, try JSONValue(parsing: event.properties)["human"]?.bool == false { continue }
                for key in waiting[event.person] ?? [] { step.cancel(person: event.person, owner: Self.owner, key: key) }
            }
        }
    }

    public func wake(_ timers: [Timer], in step: StepContext) throws {
        for timer in timers {
            step.append(
                NewEvent(
                    kind: "message.unanswered", source: "rapport", person: timer.person,
                    properties: try JSONValue(parsing: timer.payload)))
        }
    }

    private func waiting(_ people: [PersonID], in db: Connection) throws -> [PersonID: [String]] {
        guard !people.isEmpty else { return [:] }
        var out: [PersonID: [String]] = [:]
        try db.each(
            "SELECT person, key FROM timers WHERE person IN \(list: people) AND owner = \(Self.owner) ORDER BY person, key"
        ) { out[$0.integer(0), default: []].append($0.text(1)) }
        return out
    }
}
