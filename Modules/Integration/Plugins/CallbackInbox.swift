public import Logging
public import RapportCore
public import RapportPluginKit
public import RapportStorage

/// Takes callbacks from the services behind plugins: verified, durable, answered, and then made into events by the plugin.
///
/// The server's route `/hooks/INSTANCE/PATH` calls `accept` and sends what it answers. Whoever holds plugins runs `run`.
public struct CallbackInbox: Sendable {
    /// A plugin instance that takes callbacks.
    public struct Target: Sendable {
        /// `channels.mail`
        public let label: String
        public let plugin: any Plugin
        /// The instance's secrets, to verify by.
        public let secret: @Sendable (_ setting: String) -> Secret?

        public init(label: String, plugin: any Plugin, secret: @escaping @Sendable (_ setting: String) -> Secret?) {
            self.label = label
            self.plugin = plugin
            self.secret = secret
        }
    }

    /// Larger requests are refused, in bytes.
    public static let maximumBody = 10_485_760
    static let attempts: Int64 = 10

    let targets: [Target]
    let database: any Database
    let intake: PluginIntake
    let clock: any WallClock
    let logger: Logger

    public init(
        _ targets: [Target], database: any Database, intake: PluginIntake, clock: any WallClock,
        logger: Logger = Logger(label: "rapport.callbacks")
    ) {
        self.targets = targets
        self.database = database
        self.intake = intake
        self.clock = clock
        self.logger = logger
    }

    /// Takes one request and says what to answer. Once that is 2xx the request is durable.
    ///
    /// - Parameter instance: `mail` or, where a channel and a source share a name, `channels.mail`.
    public func accept(_ instance: String, _ request: CallbackRequest) async throws -> CallbackAnswer {
        guard let target = target(instance),
            let callback = target.plugin.manifest.callbacks.first(where: { $0.path == request.path })
        else { return CallbackAnswer(status: 404, body: "There is no such callback.\n") }
        // Whether there is such an address: nothing has happened, and the plugin hears of nothing.
        if request.method == "HEAD" { return CallbackAnswer(status: 200) }
        guard request.body.count <= Self.maximumBody else { return CallbackAnswer(status: 413, body: "Too large.\n") }
        if case .echo(let parameter) = callback.answer, let value = request.parameter(parameter) {
            // The question whether we want to be called at all: nothing has happened yet, and nothing is signed.
            return CallbackAnswer(status: 200, body: value)
        }
        let secret = callback.verification.setting.flatMap(target.secret)
        guard CallbackVerifier(callback.verification, secret: secret).isGenuine(request) else {
            return CallbackAnswer(status: 401, body: "The signature is missing or wrong.\n")
        }
        let asksPlugin = callback.answer == .plugin
        let row = try await store(request, for: target, heldFor: asksPlugin ? .seconds(30) : .seconds(0))
        switch callback.answer {
        case .fixed(let status, let body): return CallbackAnswer(status: status, body: body)
        case .echo: return CallbackAnswer(status: 200)
        case .plugin: return await ask(target, row, request)
        }
    }

    private func target(_ instance: String) -> Target? {
        targets.first { $0.label == instance }
            ?? targets.first { $0.label.split(separator: ".").last.map(String.init) == instance }
    }

    /// Gives the plugin two seconds. Late or failing, it is tried again like any other callback, and the sender is content.
    private func ask(_ target: Target, _ id: Int64, _ request: CallbackRequest) async -> CallbackAnswer {
        let (answers, answered) = AsyncStream<String?>.makeStream()
        // Both go on by themselves: cancelling a plugin that is late would end it.
        Task {
            answered.yield(await handle(Waiting(id: id, instance: target.label, attempts: 1, request: request), target))
            answered.finish()
        }
        Task {
            try? await Task.sleep(for: .seconds(2))
            answered.finish()
        }
        var iterator = answers.makeAsyncIterator()
        guard let first = await iterator.next(), let text = first else { return CallbackAnswer(status: 202) }
        return CallbackAnswer(status: 200, body: text)
    }
}
