import RapportCore
import RapportStorage

extension Sender {
    struct Claim: Sendable {
        var messages: [Claimed] = []
    }

    /// Puts right what a crash left, lets what is due pass the gate, and claims it: one transaction.
    func claim(_ lease: Lease) async throws -> Claim {
        let allowances = allowances()
        let wall = clock.now
        let claim = try await retryingRaces { [database, gatekeeper, contents, templates, channels, policy, door, isLocked] in
            try await database.write { db in
                try lease.check(in: db)
                var tally = Tally()
                var events: [NewEvent] = []
                try Self.recover(partition: lease.partition, wall: wall, tally: &tally, events: &events, in: db)
                let locked = try isLocked(db)
                var claim = Claim()
                var left = allowances
                for act in try ActStore.running(in: db) {
                    guard let channel = channels.target(for: act.channel, locked: locked) else { continue }
                    let room = min(policy.batch - claim.messages.count, left[act.channel] ?? .max)
                    guard room > 0 else { continue }
                    let rows = try MessageQueue.due(act.id, partition: lease.partition, at: wall, limit: room, in: db)
                    guard !rows.isEmpty else { continue }
                    let mine = try Self.resolve(rows, partition: lease.partition, wall: wall, tally: &tally, in: db)
                    let marks = try LedgerMark.read(mine.map { ($0.key, $0.address) }, in: db)
                    let answers = try gatekeeper.judge(mine, for: act, wall: wall, in: db)
                    let template = try templates.renderer(act.template, version: act.templateVersion, in: db)
                    let passing = zip(mine, answers).filter { if case .pass = $0.1 { true } else { false } }.map(\.0.person)
                    let found = try contents.contents(of: passing, fields: template.fields, in: db)
                    for (request, answer) in zip(mine, answers) {
                        let held: MessageState = request.held ? .held : .queued
                        switch answer {
                        case .pass(let address):
                            let hash = AddressHash.of(address)
                            var mark = marks[request.key] ?? LedgerMark()
                            // The address that it was queued for is not the one to write to any more.
                            if hash != request.address, try !MessageQueue.redirect(request.key, to: hash, in: db) {
                                _ = try MessageQueue.move(
                                    request.key, from: held, epoch: 0, to: .dropped, at: wall, reason: .duplicate, in: db)
                                tally.move(act.id, from: held, to: .dropped)
                                tally.add("dropped:duplicate", of: act.id)
                                continue
                            }
                            if hash != request.address {
                                // What is said of the other address is not said of this one.
                                let there = try LedgerMark.read([(request.key, hash)], in: db)
                                mark.suppressions = there[request.key]?.suppressions ?? 0
                            }
                            try MessageQueue.claim(request.key, epoch: lease.epoch, at: wall, in: db)
                            claim.messages.append(
                                Claimed(
                                    key: request.key, person: request.person,
                                    attempts: rows.first { $0.key == request.key }?.attempts ?? 0, epoch: lease.epoch, at: wall,
                                    address: address, mark: mark, act: act,
                                    content: found[request.person] ?? PersonContent(publicID: ""),
                                    template: template, channel: channel))
                        case .hold(let until, let code):
                            _ = try MessageQueue.move(request.key, from: held, epoch: 0, to: .held, at: until, in: db)
                            if !request.held { tally.add("deferred:\(code)", of: act.id) }
                        case .drop(let code):
                            _ = try MessageQueue.move(
                                request.key, from: held, epoch: 0, to: .dropped, at: wall, reason: .gate, in: db)
                            tally.move(act.id, from: held, to: .dropped)
                            tally.add("dropped:\(code)", of: act.id)
                        case .addressGone:
                            _ = try MessageQueue.move(
                                request.key, from: held, epoch: 0, to: .dropped, at: wall, reason: .addressGone, in: db)
                            tally.move(act.id, from: held, to: .dropped)
                            tally.add("dropped:address_gone", of: act.id)
                        }
                    }
                    left[act.channel] = left[act.channel].map { $0 - rows.count }
                    if claim.messages.count >= policy.batch { break }
                }
                try tally.write(partition: lease.partition, in: db)
                try door.accept(events, recordedBy: nil, in: db)
                return claim
            }
        }
        spend(claim.messages)
        return claim
    }

    /// What is in hand when a round begins was left by a crash, by a lost lease or by a commit that failed.
    private static func recover(
        partition: Int, wall: Timestamp, tally: inout Tally, events: inout [NewEvent], in db: Connection
    ) throws {
        for row in try MessageQueue.inHand(partition: partition, in: db) {
            guard row.state == .handingOver, let act = try ActStore.act(row.key.act, in: db) else {
                // It was claimed and never left.
                _ = try MessageQueue.move(row.key, from: row.state, epoch: row.epoch, to: .queued, at: wall, in: db)
                continue
            }
            // A service message must arrive: it goes again, under the same id. Marketing does not.
            let next: MessageState = act.topicClass == .marketing ? .inDoubt : .queued
            guard try MessageQueue.move(row.key, from: .handingOver, epoch: row.epoch, to: next, at: wall, attempts: 1, in: db)
            else { continue }
            tally.move(act.id, from: .handingOver, to: next)
            if next == .inDoubt {
                events.append(.delivery("message.failed", row.key, of: act, at: wall, [.init("reason", "in_doubt")]))
            }
        }
    }

    /// Finds whose each message is by now. One of a person merged since goes to the survivor's partition, unless the survivor
    /// has it already.
    private static func resolve(
        _ rows: [MessageQueue.Row], partition: Int, wall: Timestamp, tally: inout Tally, in db: Connection
    ) throws -> [GateRequest] {
        let owners = try People.current(rows.map(\.key.person), in: db)
        let survivors = Set(
            try db.all(
                "SELECT survivor FROM merges WHERE survivor IN \(list: owners.values.map(\.person).sorted()) AND undone_at IS NULL"
            ) { $0.integer(0) })
        var requests: [GateRequest] = []
        var seen: Set<PersonID> = []
        for row in rows {
            guard let owner = owners[row.key.person] else {
                // Erased: the gate says so, and drops it.
                requests.append(
                    GateRequest(key: row.key, person: row.key.person, address: row.address, held: row.state == .held))
                continue
            }
            // Two people who became one may both wait: the first goes.
            let isSecond = !seen.insert(owner.person).inserted
            let isMerged = owner.person != row.key.person || survivors.contains(owner.person)
            if try isSecond || (isMerged && has(owner.person, besides: row.key, in: db)) {
                let moved = try MessageQueue.move(
                    row.key, from: row.state, epoch: 0, to: .dropped, at: wall, reason: .duplicate, in: db)
                if moved {
                    tally.move(row.key.act, from: row.state, to: .dropped)
                    tally.add("dropped:duplicate", of: row.key.act)
                }
            } else if owner.partition != partition {
                try MessageQueue.move(row.key, toPartition: owner.partition, in: db)
            } else {
                requests.append(GateRequest(key: row.key, person: owner.person, address: row.address, held: row.state == .held))
            }
        }
        return requests
    }

    /// Whether the act has a message for `person`, or for anyone who became that person, that may have been sent or still goes.
    private static func has(_ person: PersonID, besides key: MessageKey, in db: Connection) throws -> Bool {
        var everyone: Set<PersonID> = [person]
        var next = [person]
        while !next.isEmpty {
            next = try db.all(
                "SELECT loser FROM merges WHERE survivor IN \(list: next) AND undone_at IS NULL ORDER BY id", { $0.integer(0) }
            ).filter { everyone.insert($0).inserted }
        }
        everyone.remove(key.person)
        return try db.integer(
            """
            SELECT 1 FROM messages WHERE person IN \(list: everyone.sorted()) AND act = \(key.act)
              AND (state IN (2, 3, 4, 6) OR person = \(person) AND state < 2)
            """) != nil
    }
}

extension Lease {
    /// Locks the partition's cursor row until the transaction ends.
    ///
    /// - Throws: `LostLease` if another worker holds the partition by now.
    func check(in db: Connection) throws {
        let current = try db.integer("SELECT epoch FROM cursors WHERE partition = \(partition)\(raw: db.forUpdate)")
        guard current == epoch else { throw LostLease(partition: partition) }
    }
}
