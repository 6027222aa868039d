public import RapportCore
public import RapportPluginKit
public import RapportStorage

/// Sends copies to colleagues: the seed list of a real send, and tests.
///
/// A proof is taken in a transaction before it leaves, so no process sends it again; after a crash it is simply missing.
public struct ProofSender: Sendable {
    let database: any Database
    let templates: TemplateStore
    let contents: any PersonContents
    let writer: MessageWriter
    let channels: SendingChannels
    let clock: any WallClock
    let isLocked: @Sendable (Connection) throws -> Bool

    public init(
        database: any Database, templates: TemplateStore, contents: any PersonContents, writer: MessageWriter,
        channels: SendingChannels, clock: any WallClock,
        isLocked: @escaping @Sendable (Connection) throws -> Bool = {
            try DatabaseLock.isLocked($0, machine: DatabaseLock.machine)
        }
    ) {
        self.database = database
        self.templates = templates
        self.contents = contents
        self.writer = writer
        self.channels = channels
        self.clock = clock
        self.isLocked = isLocked
    }

    /// Sends what waits, and returns how many left.
    public func run(limit: Int = 20) async throws -> Int {
        let wall = clock.now
        guard try await database.read({ db in try ProofStore.waits(in: db) }) else { return 0 }
        let ready = try await database.write { db in
            let locked = try isLocked(db)
            return try ProofStore.take(at: wall, limit: limit, in: db).compactMap { proof -> Ready? in
                guard let act = try ActStore.act(proof.act, in: db),
                    let channel = channels.target(for: act.channel, locked: locked)
                else { return nil }
                let template = try templates.renderer(act.template, version: act.templateVersion, in: db)
                return Ready(proof: proof, act: act, template: template, channel: channel, content: PersonContent(publicID: ""))
            }
        }
        var sent = 0
        for ready in ready where await send(ready, at: wall) { sent += 1 }
        return sent
    }

    /// Sends a test of `act`, which need not exist in the database, to colleagues, as `person` would see it.
    ///
    /// - Returns: what the channel answered for each address.
    public func test(_ act: Act, to addresses: [String], as person: PersonID?) async throws -> [(
        address: String, result: SendResult
    )] {
        let (template, content, locked) = try await database.read { db in
            let template = try templates.renderer(act.template, version: act.templateVersion, in: db)
            let content = try person.flatMap { try contents.contents(of: [$0], fields: template.fields, in: db)[$0] }
            return (template, content, try isLocked(db))
        }
        guard let channel = channels.target(for: act.channel, locked: locked) else {
            throw Problem("channel.not_found", "no channel is called \"\(act.channel)\"")
        }
        var results: [(address: String, result: SendResult)] = []
        for (index, address) in addresses.enumerated() {
            let message = try copy(
                to: address, of: act, template: template, channel: channel, content: content ?? PersonContent(publicID: ""),
                prefix: "[Test] ", number: clock.now.milliseconds % 1_000_000_000 + Int64(index))
            results.append(
                (address, await channel.channel.send([message]).first ?? .inDoubt(reason: "the channel gave no answer")))
        }
        return results
    }

    private struct Ready: Sendable {
        var proof: ProofStore.Proof
        var act: Act
        var template: TemplateRenderer
        var channel: SendingChannel
        var content: PersonContent
    }

    private func send(_ ready: Ready, at wall: Timestamp) async -> Bool {
        let result: SendResult
        do {
            let message = try copy(
                to: ready.proof.address, of: ready.act, template: ready.template, channel: ready.channel, content: ready.content,
                prefix: "[Seed] ", number: ready.proof.id)
            result = await ready.channel.channel.send([message]).first ?? .inDoubt(reason: "the channel gave no answer")
        } catch {
            result = .refused(reason: "\(error)")
        }
        let isSent = if case .sent = result { true } else { false }
        // Whether this is written changes nothing for anybody but who looks at proofs.
        try? await database.write { db in
            try ProofStore.end(ready.proof.id, as: isSent ? .sent : .failed, at: wall, in: db)
        }
        return isSent
    }

    /// A copy under an id that belongs to nobody: its links work, and end nothing for anyone.
    private func copy(
        to address: String, of act: Act, template: TemplateRenderer, channel: SendingChannel, content: PersonContent,
        prefix: String, number: Int64
    ) throws -> OutgoingMessage {
        var message = try writer.write(
            MessageKey(person: 0, act: max(1, act.id) << 20 | number & 0xFFFFF), to: address, content: content, act: act,
            template: template, channel: channel)
        if !message.subject.isEmpty { message.subject = prefix + message.subject }
        return message
    }
}
