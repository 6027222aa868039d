import Logging
import RapportCore
public import RapportPluginKit

/// Keeps one external plugin going: starts it with the first work, restarts it after a failure, a little later each time, and
/// leaves it alone in quarantine when it fails again and again.
public actor PluginSupervisor {
    public typealias Listener = @Sendable (PluginConversation.Heard) -> Void

    private let command: ChildCommand
    private let settings: Settings
    private let environment: PluginEnvironment
    /// The manifest that the plugin's folder states; `nil`: only its hello states one.
    private let stated: Manifest?
    private let policy: RestartPolicy
    private let listener: Listener?
    let deadlines: PluginDeadlines
    let mask: SecretMask

    private var conversation: PluginConversation?
    private var starting: Task<PluginConversation, any Error>?
    private var failures = 0
    private var lastReason = ""
    private var notBefore: Timestamp?
    /// The manifest that the plugin told in its hello.
    public private(set) var told: Manifest?

    public init(
        _ command: ChildCommand, settings: Settings, environment: PluginEnvironment, manifest: Manifest? = nil,
        deadlines: PluginDeadlines = PluginDeadlines(), policy: RestartPolicy = RestartPolicy(), listener: Listener? = nil
    ) {
        var command = command
        command.environment["RAPPORT_INSTANCE"] = environment.instance
        command.environment["RAPPORT_PROTOCOL"] = String(PluginProtocol.version)
        self.command = command
        self.settings = settings
        self.environment = environment
        stated = manifest
        self.deadlines = deadlines
        self.policy = policy
        self.listener = listener
        mask = SecretMask(settings.allSecrets)
    }

    public var health: PluginHealth {
        if let conversation, conversation.isOpen, let id = conversation.processID { return .running(processID: id) }
        guard let notBefore else { return .stopped }
        return failures >= policy.quarantineAfter
            ? .quarantined(until: notBefore, failures: failures, reason: lastReason)
            : .backingOff(until: notBefore, failures: failures, reason: lastReason)
    }

    /// When it is tried again; `nil`: at once.
    var retryAt: Timestamp? { notBefore }

    /// The living talk, started if there is none.
    ///
    /// - Throws: `Problem` `plugin.resting` while it is left alone, `ChildFailure` where it does not start, or the
    ///   plugin's own `Problem` with its settings.
    func talk() async throws -> PluginConversation {
        if let starting { return try await starting.value }
        if let conversation {
            if conversation.isOpen { return conversation }
            await settle(conversation)
        }
        if let notBefore, environment.clock.now < notBefore {
            let name = failures >= policy.quarantineAfter ? "in quarantine" : "left alone"
            throw Problem(
                "plugin.resting", "after \(failures) failures in a row it is \(name) until \(notBefore.rfc3339): \(lastReason)",
                remedy: failures >= policy.quarantineAfter ? "Mend the plugin, then restart Rapport or wait" : nil)
        }
        let task = Task { try await start() }
        starting = task
        defer { starting = nil }
        return try await task.value
    }

    /// Counts the failure of a talk that is over, once; one that we ended ourselves is none.
    func settle(_ conversation: PluginConversation) async {
        guard conversation === self.conversation, let failure = conversation.failure else { return }
        if conversation.wasStopped { self.conversation = nil } else { await failed(conversation, failure) }
    }

    /// A request was answered: earlier failures are forgiven.
    func worked() async {
        guard failures > 0 else { return }
        let wasQuarantined = failures >= policy.quarantineAfter
        failures = 0
        notBefore = nil
        lastReason = ""
        if wasQuarantined { await say(health: nil) }
    }

    /// Ends the plugin; the next work starts it again.
    public func stop() async {
        let conversation = self.conversation
        self.conversation = nil
        await conversation?.stop(within: deadlines.stop)
    }

    private func start() async throws -> PluginConversation {
        let (events, heardEvents) = AsyncStream<JSONValue>.makeStream()
        let logger = environment.logger
        let listener = listener
        let conversation = try PluginConversation(
            command, mask: mask,
            heard: { heard in
                if case .log(let text) = heard { logger.info("\(text)") }
                if case .ended(let reason) = heard {
                    heardEvents.finish()
                    logger.debug("the plugin is gone: \(reason)")
                }
                listener?(heard)
            },
            event: { heardEvents.yield($0) },
            ended: { [weak self] conversation, reason in Task { await self?.failed(conversation, reason) } })
        self.conversation = conversation
        do {
            try await greet(conversation)
        } catch {
            let reason = (error as? Problem)?.reason ?? "\(error)"
            conversation.fail(reason)
            await failed(conversation, reason)
            throw error
        }
        Task { [weak self] in
            for await event in events { await self?.forward(event, to: conversation) }
        }
        return conversation
    }

    private func greet(_ conversation: PluginConversation) async throws {
        var hello = JSONValue.null
        try await conversation.follow(conversation.opening, PluginConversation.hello, within: deadlines.hello) {
            hello = $0
            return true
        }
        try check(hello)
        conversation.say(PluginProtocol.hello)
        let state = try await environment.state.all()
        let now = environment.clock.now
        try await conversation.ask(
            "init",
            [
                .init("instance", .string(environment.instance)), .init("settings", settings.exposed),
                .init("state", .object(state.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) })),
                .init("folder", .string(environment.folder)), .init("now", .string(now.rfc3339)),
            ], within: deadlines.start
        ) { [mask] answer in
            switch answer.type {
            case "ready": return true
            case "problem": throw answer.problem(mask)
            default: throw MalformedAnswer("it answers init with \"\(answer.type)\", not with ready or problem")
            }
        }
    }

    private func check(_ hello: JSONValue) throws {
        let version = hello["protocol"]?.integer
        guard version == Int64(PluginProtocol.version) else {
            throw Problem(
                "plugin.protocol",
                "it speaks version \(version.map(String.init) ?? "unknown") of the protocol, and this Rapport version "
                    + "\(PluginProtocol.version)", remedy: "Install a release of the plugin that fits")
        }
        if let manifest = hello["manifest"] { told = try Manifest(reading: YAMLNode(json: manifest)) }
        if let stated, let id = hello["id"]?.string, id != stated.id {
            throw Problem(
                "plugin.identity", "it says that it is \(id), and its plugin.yaml says \(stated.id)",
                remedy: "Write the same id into both")
        }
    }

    private func failed(_ conversation: PluginConversation, _ reason: String) async {
        guard conversation === self.conversation else { return }
        self.conversation = nil
        failures += 1
        lastReason = reason
        let until = environment.clock.now + policy.wait(after: failures)
        notBefore = until
        guard failures >= policy.quarantineAfter else {
            environment.logger.warning("the plugin failed, and is tried again at \(until.rfc3339): \(reason)")
            return
        }
        environment.logger.error("the plugin failed \(failures) times in a row: in quarantine until \(until.rfc3339): \(reason)")
        await say(
            health: [
                "state": "quarantined", "until": .string(until.rfc3339), "failures": .integer(Int64(failures)),
                "reason": .string(reason),
            ])
    }

    /// How the plugin is belongs to no results: it is kept at once, whatever becomes of the work under way.
    private func say(health: JSONValue?) async {
        await PendingPluginState.$current.withValue(nil) {
            try? await environment.state.set(PluginProtocol.healthKey, health)
        }
    }

    /// What the plugin says unasked is durable before it is told so.
    private func forward(_ message: JSONValue, to conversation: PluginConversation) async {
        do {
            let event = try message.pluginEvent()
            try await environment.emit([event])
            conversation.say(["type": "taken", "event": event.id.map { .string($0) } ?? .null])
        } catch let malformed as MalformedAnswer {
            conversation.fail(malformed.description)
        } catch {
            environment.logger.warning("an event of the plugin was not taken: \(error)")
        }
    }
}
