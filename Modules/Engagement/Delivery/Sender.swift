public import RapportCore
import RapportPluginKit
public import RapportStorage

/// Takes queued messages through the gate to their channels, one partition at a time, and records what became of them.
///
/// A round claims (gate and claim are one transaction: the moment of sending), then hands over in groups. Before a group
/// leaves it is committed as *handing over*, and the commit that says so also records what became of the group before. So
/// after a crash at most one group is in doubt, and what was claimed but not handed over goes back to the queue.
///
/// Only the holder of the partition's lease may run a round: each transaction locks the partition's cursor row and checks
/// the epoch.
public actor Sender {
    let database: any Database
    let door: Door
    let gatekeeper: any Gatekeeper
    let contents: any PersonContents
    let templates: TemplateStore
    let writer: MessageWriter
    let channels: SendingChannels
    let ledger: PermissionLedger
    let clock: any WallClock
    let policy: DeliveryPolicy
    let isLocked: @Sendable (Connection) throws -> Bool

    private var buckets: [String: TokenBucket] = [:]
    private var isBusy = false

    /// - Parameter isLocked: whether the database was restored or copied and may not send from here.
    public init(
        database: any Database, door: Door, gatekeeper: any Gatekeeper, contents: any PersonContents, templates: TemplateStore,
        writer: MessageWriter, channels: SendingChannels, ledger: PermissionLedger, clock: any WallClock,
        policy: DeliveryPolicy = DeliveryPolicy(),
        isLocked: @escaping @Sendable (Connection) throws -> Bool = {
            try DatabaseLock.isLocked($0, machine: DatabaseLock.machine)
        }
    ) {
        self.database = database
        self.door = door
        self.gatekeeper = gatekeeper
        self.contents = contents
        self.templates = templates
        self.writer = writer
        self.channels = channels
        self.ledger = ledger
        self.clock = clock
        self.policy = policy
        self.isLocked = isLocked
    }

    /// What one round did.
    public struct Round: Sendable, Hashable {
        /// Messages that passed the gate.
        public var claimed = 0
        public var sent = 0
        /// Failed, deferred, in doubt or put back.
        public var other = 0
        /// Whether there may be more that is due now.
        public var hasMore = false
    }

    /// Sends what is due in the partition of `lease`, at most a batch.
    ///
    /// - Throws: `LostLease` if another worker holds the partition by now.
    public func round(_ lease: Lease) async throws -> Round {
        guard !isBusy else { return Round(hasMore: true) }
        isBusy = true
        defer { isBusy = false }
        let claim = try await claim(lease)
        var round = Round(claimed: claim.messages.count, hasMore: claim.messages.count >= policy.batch)
        var waiting = claim.messages[...]
        var outcomes: [Outcome] = []
        var kept: Kept?
        var group = nextGroup(&waiting, &outcomes)
        var ready = Self.prepare(group)
        while !group.isEmpty || !outcomes.isEmpty {
            let leaving = try await commit(outcomes, kept, handingOver: group, under: lease)
            // A clock that goes on while the machine sleeps.
            let until = ContinuousClock.now + .milliseconds(policy.handOverHolds.milliseconds)
            round.other += group.count - leaving.count
            await ready.value
            async let results = handOver(leaving, until: until)
            // The next are written while these are with the channel, and signed while these are recorded.
            var unrenderable: [Outcome] = []
            group = nextGroup(&waiting, &unrenderable)
            ready = Self.prepare(group)
            (outcomes, kept) = await results
            round.sent += outcomes.count { if case .sent = $0.result { true } else { false } }
            round.other += outcomes.count { if case .sent = $0.result { false } else { true } }
            outcomes += unrenderable
        }
        return round
    }

    /// Those of `leases` whose partitions have something to do now.
    public func due(among leases: [Lease]) async throws -> [Lease] {
        let wall = clock.now
        return try await database.read { db in
            try leases.filter { lease in
                try db.integer("SELECT MIN(epoch) FROM messages WHERE partition = \(lease.partition) AND epoch > 0") != nil
                    || db.integer(
                        """
                        SELECT MIN(id) FROM acts WHERE state = 0 AND EXISTS (
                            SELECT 1 FROM messages
                            WHERE act = acts.id AND partition = \(lease.partition) AND state < 2 AND at <= \(wall))
                        """) != nil
            }
        }
    }

    // MARK: - Handing over

    /// Writes the next messages that go to one channel, as many as may be handed over at once.
    private func nextGroup(_ waiting: inout ArraySlice<Claimed>, _ outcomes: inout [Outcome]) -> [Prepared] {
        var group: [Prepared] = []
        while group.count < policy.group, let message = waiting.first,
            group.first.map({ $0.channel.name == message.channel.name }) ?? true
        {
            waiting = waiting.dropFirst()
            do { group.append(try prepare(message)) } catch {
                outcomes.append(
                    Outcome(message: message, from: .claimed, result: .refused(reason: "\(error)"), reason: .unrenderable))
            }
        }
        return group
    }

    private func prepare(_ message: Claimed) throws -> Prepared {
        let outgoing = try writer.write(
            message.key, to: message.address.value, content: message.content, act: message.act, template: message.template,
            channel: message.channel)
        return Prepared(message: message, outgoing: outgoing, channel: message.channel)
    }

    /// Has the channel make messages ready. If they do not leave after all, nothing has happened.
    private static func prepare(_ group: [Prepared]) -> Task<Void, Never> {
        Task { if let channel = group.first?.channel.channel { await channel.prepare(group.map(\.outgoing)) } }
    }

    private nonisolated func handOver(_ group: [Prepared], until: ContinuousClock.Instant) async -> ([Outcome], Kept?) {
        guard let channel = group.first?.channel else { return ([], nil) }
        let pending = PendingPluginState()
        var outcomes: [Outcome] = []
        var rest = group[...]
        var looksAt = ContinuousClock.now + .milliseconds(policy.looksEvery.milliseconds)
        while !rest.isEmpty {
            if ContinuousClock.now >= looksAt {
                // The channel takes its time. Whoever has opted out since the group was committed gets none.
                let waiting = Array(rest)
                let heeded = (try? await database.read { db in try Self.heeded(waiting, in: db) }) ?? []
                outcomes += waiting.filter { !heeded.contains($0.message.key) }.map { Outcome(stayed: $0.message) }
                rest = waiting.filter { heeded.contains($0.message.key) }[...]
                looksAt = .now + .milliseconds(policy.looksEvery.milliseconds)
                if rest.isEmpty { break }
            }
            guard ContinuousClock.now < until else {
                outcomes += rest.map { Outcome(stayed: $0.message) }
                break
            }
            let part = Array(rest.prefix(max(1, channel.capabilities.bulk)))
            rest = rest.dropFirst(part.count)
            let results = await PendingPluginState.$current.withValue(pending) {
                await channel.channel.send(part.map(\.outgoing))
            }
            for (index, prepared) in part.enumerated() {
                // A channel that answers too little has said nothing of the rest.
                let result = index < results.count ? results[index] : .inDoubt(reason: "the channel gave no answer")
                outcomes.append(Outcome(message: prepared.message, from: .handingOver, result: result))
            }
        }
        return (outcomes, Kept(channel: channel, writes: pending.take()))
    }

    // MARK: - Throttle

    /// How many messages each channel may take now.
    func allowances() -> [String: Int] {
        let now = clock.now
        var out: [String: Int] = [:]
        for name in channels.names {
            guard let rate = channels.channel(name)?.capabilities.ratePerSecond else { continue }
            if buckets[name] == nil { buckets[name] = TokenBucket(perSecond: rate, at: now) }
            out[name] = buckets[name]?.available(at: now)
        }
        return out
    }

    func spend(_ claimed: [Claimed]) {
        for (name, count) in Dictionary(claimed.map { ($0.act.channel, 1) }, uniquingKeysWith: +) { buckets[name]?.spend(count) }
    }
}

extension Sender {
    /// A message that passed the gate and is this sender's.
    struct Claimed: Sendable {
        var key: MessageKey
        var person: PersonID
        var attempts: Int64
        var epoch: Int64
        var at: Timestamp
        var address: Identifier
        /// As it was when the message passed the gate.
        var mark: LedgerMark
        var act: Act
        var content: PersonContent
        var template: TemplateRenderer
        var channel: SendingChannel
    }

    struct Prepared: Sendable {
        var message: Claimed
        var outgoing: OutgoingMessage
        var channel: SendingChannel
    }

    /// What a channel wrote to its store while it sent: committed with the results, or not at all.
    struct Kept: Sendable {
        var channel: SendingChannel
        var writes: [String: JSONValue?]
    }

    /// What a message in hand came to.
    struct Outcome: Sendable {
        var message: Claimed
        /// Where it stood: handing over, or claimed if it never left.
        var from: MessageState
        var result: SendResult
        var reason: DeliveryReason?
        /// Whether it was not handed over after all.
        var hasStayed = false

        init(stayed message: Claimed) {
            self.init(message: message, from: .handingOver, result: .deferred(until: nil, reason: ""))
            hasStayed = true
        }

        init(message: Claimed, from: MessageState, result: SendResult, reason: DeliveryReason? = nil) {
            self.message = message
            self.from = from
            self.result = result
            self.reason = reason
        }
    }
}
