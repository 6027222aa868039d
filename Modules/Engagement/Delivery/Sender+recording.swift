import RapportCore
import RapportPluginKit
import RapportStorage

extension Sender {
    /// Records what became of the last group and commits the next as handing over: one transaction, tried again if its
    /// outcome is unknown, because each of its changes happens once.
    ///
    /// - Returns: those of `group` that may leave now.
    func commit(_ outcomes: [Outcome], _ kept: Kept?, handingOver group: [Prepared], under lease: Lease) async throws
        -> [Prepared]
    {
        var attempt = 1
        while true {
            do { return try await commitOnce(outcomes, kept, handingOver: group, under: lease) } catch let lost as LostLease {
                throw lost
            } catch  where attempt < 3 && !Task.isCancelled {
                attempt += 1
            }
        }
    }

    private func commitOnce(_ outcomes: [Outcome], _ kept: Kept?, handingOver group: [Prepared], under lease: Lease) async throws
        -> [Prepared]
    {
        let wall = clock.now
        let leaving = try await database.write { [policy, ledger, door] db in
            try lease.check(in: db)
            var record = Record(wall: wall, policy: policy)
            for outcome in outcomes { try record.write(outcome, in: db) }
            if let kept, !kept.writes.isEmpty { try kept.channel.keep(kept.writes, db) }
            let running = group.isEmpty ? [] : Set(try ActStore.running(in: db).map(\.id))
            let heeded = try Self.heeded(group, in: db)
            var leaving: [MessageKey] = []
            for prepared in group {
                let message = prepared.message
                guard running.contains(message.act.id), wall - message.at <= policy.claimHolds, heeded.contains(message.key)
                else {
                    // Paused or opted out meanwhile, or too long since the gate: back to the queue, and through the gate again.
                    _ = try MessageQueue.move(
                        message.key, from: .claimed, epoch: lease.epoch, to: .queued, at: min(message.at, wall), in: db)
                    continue
                }
                // After a commit of unknown outcome it may be handing over already: that was this sender, and nothing has left.
                if try MessageQueue.handOver(message.key, epoch: lease.epoch, at: wall, in: db)
                    || MessageQueue.isInHand(message.key, as: .handingOver, epoch: lease.epoch, in: db)
                {
                    leaving.append(message.key)
                }
            }
            try record.tally.write(partition: lease.partition, in: db)
            // A bounce is in the ledger, and its address used no more, from this transaction on.
            try door.accept(record.events, recordedBy: ledger, in: db)
            return Set(leaving)
        }
        return group.filter { leaving.contains($0.message.key) }
    }

    /// Those of `group` of whom nothing has been said since they passed the gate.
    static func heeded(_ group: [Prepared], in db: Connection) throws -> Set<MessageKey> {
        let marks = try LedgerMark.read(group.map { ($0.message.key, AddressHash.of($0.message.address)) }, in: db)
        return Set(group.map(\.message).filter { marks[$0.key] == $0.mark }.map(\.key))
    }

    /// The changes that results make.
    private struct Record {
        let wall: Timestamp
        let policy: DeliveryPolicy
        var tally = Tally()
        var events: [NewEvent] = []

        mutating func write(_ outcome: Outcome, in db: Connection) throws {
            guard !outcome.hasStayed else {
                let message = outcome.message
                _ = try MessageQueue.move(
                    message.key, from: outcome.from, epoch: message.epoch, to: .queued, at: min(message.at, wall), in: db)
                return
            }
            switch outcome.result {
            case .sent(let providerID):
                guard try end(outcome, as: .sent, in: db) else { return }
                try remember(providerID, of: outcome.message, in: db)
                event("message.sent", outcome.message, [.init("message", .string(outcome.message.key.wireID))])
            case .deferred(let until, let why):
                try again(outcome, at: until, why, in: db)
            case .bounced(.soft, let why):
                try again(outcome, at: nil, why, in: db)
            case .bounced(let bounce, let why):
                let reason: DeliveryReason = bounce == .hard ? .hard : bounce == .blocked ? .blocked : .invalid
                guard try end(outcome, as: .failed, reason, in: db) else { return }
                event(
                    "message.bounced", outcome.message,
                    [
                        .init("bounce", .string(bounce.rawValue)),
                        .init("address", .integer(AddressHash.of(outcome.message.address))),
                        .init("detail", .string(String(why.prefix(500)))),
                    ])
            case .refused(let why):
                let reason = outcome.reason ?? .refused
                guard try end(outcome, as: .failed, reason, in: db) else { return }
                failed(outcome.message, reason, why)
            case .inDoubt(let why):
                guard outcome.message.act.topicClass == .marketing else {
                    try again(outcome, at: nil, why, in: db)
                    return
                }
                guard try end(outcome, as: .inDoubt, in: db) else { return }
                event(
                    "message.failed", outcome.message,
                    [.init("reason", "in_doubt"), .init("detail", .string(String(why.prefix(500))))])
            }
        }

        private mutating func end(
            _ outcome: Outcome, as state: MessageState, _ reason: DeliveryReason = .none, in db: Connection
        ) throws -> Bool {
            let message = outcome.message
            guard
                try MessageQueue.move(
                    message.key, from: outcome.from, epoch: message.epoch, to: state, at: wall, attempts: 1, reason: reason,
                    in: db)
            else { return false }
            tally.move(message.act.id, from: outcome.from, to: state)
            if reason != .none { tally.add("\(state.name):\(reason.name)", of: message.act.id) }
            return true
        }

        private mutating func again(_ outcome: Outcome, at until: Timestamp?, _ why: String, in db: Connection) throws {
            let message = outcome.message
            let attempt = message.attempts + 1
            guard attempt < Int64(policy.attempts) else {
                guard try end(outcome, as: .failed, .exhausted, in: db) else { return }
                failed(message, .exhausted, why)
                return
            }
            let next = max(until ?? wall + policy.pause(after: attempt), wall)
            _ = try MessageQueue.move(
                message.key, from: outcome.from, epoch: message.epoch, to: .queued, at: next, attempts: 1, in: db)
        }

        private mutating func failed(_ message: Claimed, _ reason: DeliveryReason, _ why: String) {
            event(
                "message.failed", message,
                [.init("reason", .string(reason.name)), .init("detail", .string(String(why.prefix(500))))])
        }

        private mutating func event(_ kind: String, _ message: Claimed, _ properties: [JSONValue.Member]) {
            events.append(.delivery(kind, message.key, person: message.person, of: message.act, at: wall, properties))
        }

        private func remember(_ providerID: String?, of message: Claimed, in db: Connection) throws {
            guard message.channel.capabilities.reportsDelivery, let providerID, providerID != message.key.wireID else { return }
            try db.run(
                """
                INSERT INTO provider_ids (channel, provider_id, person, act)
                SELECT \(message.act.channel), \(providerID), id, \(message.key.act) FROM people
                WHERE id = \(message.key.person) AND state <> 2 ON CONFLICT DO NOTHING
                """)
        }
    }
}

extension MessageQueue {
    static func isInHand(_ key: MessageKey, as state: MessageState, epoch: Int64, in db: Connection) throws -> Bool {
        try db.integer(
            """
            SELECT 1 FROM messages
            WHERE person = \(key.person) AND act = \(key.act) AND state = \(state.rawValue) AND epoch = \(epoch)
            """) != nil
    }
}

extension NewEvent {
    /// An event about a message, filed under whoever the person is by now.
    static func delivery(
        _ kind: String, _ key: MessageKey, person: PersonID? = nil, of act: Act, at: Timestamp, _ properties: [JSONValue.Member]
    ) -> NewEvent {
        NewEvent(
            kind: kind, source: "rapport", person: person ?? key.person, occurredAt: at,
            properties: .object(
                [
                    .init("campaign", .string(act.name)), .init("channel", .string(act.channel)),
                    .init("topic", .string(act.topic)),
                    .init("act", .integer(act.id)),
                ] + properties))
    }
}

extension Door {
    /// Accepts events that Rapport itself makes, and records what they say against writing. They are never refused, unless
    /// their person was erased: then there is nobody to tell it of.
    func accept(_ events: [NewEvent], recordedBy ledger: PermissionLedger? = nil, in db: Connection) throws {
        guard !events.isEmpty else { return }
        let answers: [Acceptance] = try accept(events, in: db)
        for case .refused(let problem) in answers where problem.code != "event.person" { throw problem }
        try ledger?.record(events, answers, in: db)
    }
}
