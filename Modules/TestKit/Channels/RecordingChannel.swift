public import RapportPluginKit
import Synchronization

/// A channel that keeps what it is given, and can be told to defer, bounce, refuse, lose the line or stop the world.
public final class RecordingChannel: Channel {
    public static let manifest = Manifest(
        id: "channel.recording", kind: .channel, version: "1.0.0", summary: "Keeps messages in memory for tests.",
        capabilities: Capabilities(addresses: "email", html: true, subject: true, bulk: 10))

    /// What to do with the next messages.
    public enum Behaviour: Sendable {
        case accept
        case answer(@Sendable (OutgoingMessage) -> SendResult)
        /// Takes the messages, then waits until `release` is called before it answers: the moment to pull the plug.
        case stall
    }

    private struct State {
        var behaviour = Behaviour.accept
        var taken: [OutgoingMessage] = []
        var calls = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
        var onCall: (@Sendable ([OutgoingMessage]) -> Void)?
    }

    private let state = Mutex(State())

    public init() {}
    public init(settings: Settings, environment: PluginEnvironment) throws {}

    /// Every message that was handed over, in order, whatever was answered.
    public var taken: [OutgoingMessage] { state.withLock { $0.taken } }
    /// How often `send` was called.
    public var calls: Int { state.withLock { $0.calls } }

    public func behave(_ behaviour: Behaviour) { state.withLock { $0.behaviour = behaviour } }

    /// Called at the start of each `send`, before anything is taken.
    public func onCall(_ body: (@Sendable ([OutgoingMessage]) -> Void)?) { state.withLock { $0.onCall = body } }

    /// Lets stalled calls answer, and accepts from now on.
    public func release() {
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            state.behaviour = .accept
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    public func send(_ messages: [OutgoingMessage]) async -> [SendResult] {
        let (behaviour, onCall) = state.withLock { ($0.behaviour, $0.onCall) }
        onCall?(messages)
        state.withLock { state in
            state.calls += 1
            state.taken += messages
        }
        switch behaviour {
        case .accept: return messages.map { .sent(providerID: "recording-\($0.id)") }
        case .answer(let answer): return messages.map(answer)
        case .stall:
            await withCheckedContinuation { continuation in
                let released = state.withLock { state in
                    guard case .stall = state.behaviour else { return true }
                    state.waiting.append(continuation)
                    return false
                }
                if released { continuation.resume() }
            }
            return messages.map { .sent(providerID: "recording-\($0.id)") }
        }
    }
}
