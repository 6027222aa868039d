import RapportCore
public import RapportPluginKit

/// A channel that is a program of its own.
public struct ExternalChannel: Channel, SupervisedPlugin {
    /// What holds for any of them; an instance's own is `manifest`.
    public static let manifest = Manifest(
        id: "channel.external", kind: .channel, version: "1.0.0", summary: "A channel that is a program of its own.")

    public let manifest: Manifest
    public let supervisor: PluginSupervisor
    public let state: any PluginState

    public init(_ supervisor: PluginSupervisor, manifest: Manifest, environment: PluginEnvironment) {
        self.supervisor = supervisor
        self.manifest = manifest
        state = environment.state
    }

    /// What a child did with a message that it took and never answered, nobody knows: such a message is in doubt, or, where
    /// the plugin knows a message again, sent again.
    public func send(_ messages: [OutgoingMessage]) async -> [SendResult] {
        guard !messages.isEmpty else { return [] }
        let missing = Set(messages.map(\.id))
        var answers: [String: SendResult] = [:]
        var rest = SendResult.deferred(until: nil, reason: "")
        do {
            try await supervisor.ask("send", [.init("messages", .array(messages.map(\.json)))], within: supervisor.deadlines.send)
            {
                answer in
                switch answer.type {
                case "result":
                    let id = try answer.needed("message")
                    guard missing.contains(id), answers[id] == nil else {
                        throw MalformedAnswer("it answers for message \(id), which it was not given or has answered")
                    }
                    let result = try answer.sendResult(supervisor.mask)
                    try await state.apply(answer)
                    answers[id] = result
                    return answers.count == missing.count
                case "problem":
                    rest = .deferred(until: nil, reason: answer.problem(supervisor.mask).reason)
                    return true
                default: throw MalformedAnswer("it answers send with \"\(answer.type)\"")
                }
            }
        } catch let failure as ChildFailure {
            let isUnknown = failure.wasHandedOver && !manifest.capabilities.idempotent
            rest =
                isUnknown
                ? .inDoubt(reason: failure.reason) : .deferred(until: await supervisor.retryAt, reason: failure.reason)
        } catch let problem as Problem {
            rest = .deferred(until: await supervisor.retryAt, reason: problem.reason)
        } catch {
            rest = .inDoubt(reason: "\(error)")
        }
        return messages.map { answers[$0.id] ?? rest }
    }
}
