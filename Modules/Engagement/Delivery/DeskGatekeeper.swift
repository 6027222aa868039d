public import RapportCore
import RapportPluginKit
public import RapportStorage

/// The gate that real messages pass: the decision desk, asked for one act at a time.
public struct DeskGatekeeper: Gatekeeper {
    let desk: DecisionDesk
    let catalog: Catalog
    /// The kind of identifier that each channel instance addresses.
    let channelKinds: [String: String]
    let templates: TemplateStore

    public init(desk: DecisionDesk, catalog: Catalog, channels: SendingChannels, templates: TemplateStore) {
        self.desk = desk
        self.catalog = catalog
        self.templates = templates
        channelKinds = Dictionary(channels.names.map { ($0, channels.channel($0)?.capabilities.addresses ?? $0) }) { first, _ in
            first
        }
    }

    public func propose(_ people: [PersonID], for act: Act, notBefore: Timestamp?, wall: Timestamp, in db: Connection) throws
        -> [ProposalAnswer]
    {
        let answers = try answers(people, act, notBefore: notBefore, keeping: .proposals, wall: wall, in: db)
        return people.map { person in
            guard let answer = answers[person] else { return .drop(Reason.erased.code) }
            switch (answer.decision.verdict, answer.address) {
            case (.drop(let reason), _): return .drop(reason.code)
            case (_, nil): return .drop(Reason.noAddress.code)
            case (.send(_, let at), let address?): return .queue(address, at: at, putOff: nil)
            case (.wait(let until, let reason, _), let address?):
                return .queue(address, at: until, putOff: reason.code)
            }
        }
    }

    public func judge(_ messages: [GateRequest], for act: Act, wall: Timestamp, in db: Connection) throws -> [GateAnswer] {
        let addresses = Dictionary(messages.map { ($0.person, $0.address) }) { first, _ in first }
        let owners = Dictionary(messages.map { ($0.person, $0.key.person) }) { first, _ in first }
        let answers = try answers(
            messages.map(\.person), act, notBefore: nil, keeping: .gate, wall: wall, addresses: addresses, owners: owners, in: db)
        return messages.map { message in
            guard let answer = answers[message.person] else { return .drop(Reason.erased.code) }
            switch answer.decision.verdict {
            case .send: return answer.address.map { .pass($0) } ?? .addressGone
            case .wait(let until, let reason, _): return .hold(until: until, reason.code)
            case .drop(.noAddress): return .addressGone
            case .drop(let reason): return .drop(reason.code)
            }
        }
    }

    public func forecast(_ people: [PersonID], for act: Act, notBefore: Timestamp?, wall: Timestamp, in db: Connection) throws
        -> [ForecastAnswer]
    {
        let answers = try answers(people, act, notBefore: notBefore, keeping: .nothing, wall: wall, in: db)
        return people.map { person in
            guard let answer = answers[person] else {
                return ForecastAnswer(person: person, verdict: .drop, reason: Reason.erased.code, address: nil)
            }
            let verdict: ForecastAnswer.Verdict =
                switch answer.decision.verdict {
                case .send: .send
                case .wait(let until, _, _): .wait(until: until)
                case .drop: .drop
                }
            return ForecastAnswer(
                person: person, verdict: verdict, reason: answer.decision.reason?.code, address: answer.address)
        }
    }

    private func answers(
        _ people: [PersonID], _ act: Act, notBefore: Timestamp?, keeping: DecisionDesk.Keeping, wall: Timestamp,
        addresses: [PersonID: Int64] = [:], owners: [PersonID: PersonID] = [:], in db: Connection
    ) throws -> [PersonID: DecisionDesk.Answer] {
        guard !people.isEmpty else { return [:] }
        let template = try templates.renderer(act.template, version: act.templateVersion, in: db)
        let deciding = DecidingAct(
            id: act.id, origin: act.kind == "reply" ? .reply : .campaign, brand: act.brand, topic: act.topic,
            topicClass: act.topicClass, channels: [channelKinds[act.channel] ?? act.channel], notBefore: notBefore,
            expiresAt: act.expiresAt, tokens: template.fields.sorted(), channelKinds: channelKinds,
            // Who has a message queued was drawn already.
            holdOut: keeping.isGate ? 0 : act.holdOut, trial: act.trial)
        let answers = try desk.decide(
            people, for: deciding, keeping: keeping, wall: wall, addresses: addresses, receiptOwners: owners, in: db)
        return Dictionary(answers.map { ($0.person, $0) }) { first, _ in first }
    }
}
