import RapportPluginKit
import Synchronization

/// A channel that hands over so many messages, then says that it holds some in hand and never answers: the moment at which
/// `rapport demo` pulls the plug.
final class HoldingChannel<Base: Channel>: Channel {
    static var manifest: Manifest { Base.manifest }

    private let base: Base
    private let limit: Int
    private let say: @Sendable () -> Void
    private let handedOver = Mutex(0)

    /// - Parameter say: called once messages are in hand.
    init(_ base: Base, after limit: Int, say: @escaping @Sendable () -> Void) {
        self.base = base
        self.limit = limit
        self.say = say
    }

    convenience init(settings: Settings, environment: PluginEnvironment) throws {
        self.init(try Base(settings: settings, environment: environment), after: .max, say: {})
    }

    func run() async throws { try await base.run() }

    func send(_ messages: [OutgoingMessage]) async -> [SendResult] {
        let results = await base.send(messages)
        let total = handedOver.withLock { count in
            count += messages.count
            return count
        }
        guard total >= limit else { return results }
        say()
        // The process dies here. Whatever comes first, nothing is answered.
        while true { try? await Task.sleep(for: .seconds(3_600)) }
    }
}
