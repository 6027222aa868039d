public import RapportCore
public import RapportStorage

/// Moves campaigns along: begins those whose time has come, asks for a decision on each member, partition by partition, and
/// ends those that are through. A crash anywhere repeats nothing: how far a partition has come is written in the transaction
/// of the decisions.
public struct CampaignRunner: Sendable {
    let database: any Database
    let gatekeeper: any Gatekeeper
    let audience: any Audience
    let clock: any WallClock
    /// People decided upon in one transaction.
    let slice: Int

    public init(
        database: any Database, gatekeeper: any Gatekeeper, audience: any Audience, clock: any WallClock, slice: Int = 100
    ) {
        self.database = database
        self.gatekeeper = gatekeeper
        self.audience = audience
        self.clock = clock
        self.slice = slice
    }

    /// Begins and ends campaigns. Any worker may call it at any time: each change happens once.
    public func tick() async throws {
        let now = clock.now
        let waiting = try await database.read { db in
            try CampaignStore.all(in: .scheduled, in: db).filter { $0.startsAt <= now }.map(\.name)
        }
        for name in waiting { try await begin(name, at: now) }
        let sending = try await database.read { db in
            try CampaignStore.all(in: .sending, in: db).filter { try Self.isThrough($0, in: db) }.map(\.name)
        }
        for name in sending { try await finish(name, at: now) }
    }

    private func begin(_ name: String, at now: Timestamp) async throws {
        // Nobody asks about them, so nothing would say that they got none.
        let leftOut = try await database.read { db in
            try audience.leftOut(of: CampaignStore.campaign(name, in: db).plan.segment, at: now, in: db)
        }
        try await database.write { db in
            var campaign = try CampaignStore.campaign(name, in: db)
            guard campaign.state == .scheduled, campaign.startsAt <= now else { return }
            let plan = campaign.plan
            campaign.state = try campaign.state(after: .start)
            campaign.act = try ActStore.insert(
                Act(
                    kind: "campaign", reference: campaign.id, name: name, brand: plan.brand, topic: plan.topic,
                    topicClass: try audience.topicClass(of: plan.topic, in: db) ?? .marketing, channel: plan.channel,
                    template: plan.template, templateVersion: campaign.templateVersion, expiresAt: now + plan.expires,
                    holdOut: plan.holdOut), at: now,
                in: db)
            try db.insert(
                into: "campaign_slices", ["partition", "act", "person", "done"],
                (0..<Int64(Partition.count)).map { [.integer($0), .integer(campaign.act), .integer(0), .integer(0)] })
            var tally = Tally()
            for because in leftOut.values { tally.add("left_out:\(because.rawValue)", of: campaign.act) }
            try tally.write(partition: 0, in: db)
            try ProofStore.insert(plan.seeds, act: campaign.act, test: false, at: now, in: db)
            try CampaignStore.write(
                campaign, from: .scheduled, .init(step: .start, state: .sending, at: now, actor: Campaign.house), in: db)
        }
    }

    private func finish(_ name: String, at now: Timestamp) async throws {
        try await database.write { db in
            var campaign = try CampaignStore.campaign(name, in: db)
            guard campaign.state == .sending, try Self.isThrough(campaign, in: db) else { return }
            campaign.state = try campaign.state(after: .finish)
            try ActStore.set(.done, of: campaign.act, in: db)
            try db.run("DELETE FROM campaign_slices WHERE act = \(campaign.act)")
            try CampaignStore.write(
                campaign, from: .sending, .init(step: .finish, state: .done, at: now, actor: Campaign.house), in: db)
        }
    }

    private static func isThrough(_ campaign: Campaign, in db: Connection) throws -> Bool {
        let open = try db.integer("SELECT COUNT(*) FROM campaign_slices WHERE act = \(campaign.act) AND done = 0") ?? 0
        return try open == 0 && Tally.read(campaign.act, in: db)["waiting", default: 0] == 0
    }

    /// Those of `leases` whose partitions have members of a campaign to decide on: one read, so that idling costs little.
    public func due(among leases: [Lease]) async throws -> [Lease] {
        let partitions = leases.map { Int64($0.partition) }
        let busy = try await database.read { db in
            Set(
                try db.all(
                    """
                    SELECT DISTINCT s.partition FROM campaign_slices s JOIN acts a ON a.id = s.act
                    WHERE s.partition IN \(list: partitions) AND (s.done = 0 AND a.state = 0 OR a.state = 2)
                    """
                ) { $0.int(0) })
        }
        return leases.filter { busy.contains($0.partition) }
    }

    /// Decides on the next members of one partition, for each campaign that is sending.
    ///
    /// - Returns: whether there is more to do in this partition now.
    /// - Throws: `LostLease` if another worker holds the partition by now.
    public func run(_ lease: Lease) async throws -> Bool {
        let wall = clock.now
        let partition = lease.partition
        let work = try await database.read { db in
            try db.all(
                """
                SELECT s.act FROM campaign_slices s JOIN acts a ON a.id = s.act
                WHERE s.partition = \(partition) AND (s.done = 0 AND a.state = 0 OR a.state = 2) ORDER BY s.act
                """
            ) { $0.integer(0) }
        }
        var more = false
        for act in work {
            let unfinished = try await database.write { db in
                try lease.check(in: db)
                guard let act = try ActStore.act(act, in: db) else { return false }
                switch act.state {
                case .running: return try advance(act, partition: partition, wall: wall, in: db)
                case .stopped: return try clear(act, partition: partition, wall: wall, in: db)
                case .paused, .done: return false
                }
            }
            more = more || unfinished
        }
        return more
    }

    private func advance(_ act: Act, partition: Int, wall: Timestamp, in db: Connection) throws -> Bool {
        guard
            let last = try db.integer(
                "SELECT person FROM campaign_slices WHERE partition = \(partition) AND act = \(act.id) AND done = 0"),
            let campaign = try CampaignStore.campaign(ofAct: act.id, in: db)
        else { return false }
        let people = try audience.members(of: campaign.plan.segment, partition: partition, after: last, limit: slice, in: db)
        var tally = Tally()
        let waves = Dictionary(grouping: people) { campaign.plan.wave(of: $0, act: act.id) }
        for (wave, people) in waves.sorted(by: { $0.key < $1.key }) {
            let start = Timestamp(
                milliseconds: campaign.startsAt.milliseconds + Int64(wave) * campaign.plan.waveEvery.milliseconds)
            let answers = try gatekeeper.propose(
                people, for: act, notBefore: wave == 0 ? nil : start, wall: wall, in: db)
            for (person, answer) in zip(people, answers) {
                try file(answer, person: person, of: act, partition: partition, tally: &tally, in: db)
            }
        }
        tally.add("asked", of: act.id, Int64(people.count))
        try tally.write(partition: partition, in: db)
        let done = people.count < slice
        try db.run(
            """
            UPDATE campaign_slices SET person = \(people.last ?? last), done = \(done)
            WHERE partition = \(partition) AND act = \(act.id)
            """)
        return !done
    }

    private func file(
        _ answer: ProposalAnswer, person: PersonID, of act: Act, partition: Int, tally: inout Tally, in db: Connection
    ) throws {
        switch answer {
        case .drop(let code): tally.add("dropped:\(code)", of: act.id)
        case .queue(let address, let at, let reason):
            let key = MessageKey(person: person, act: act.id)
            let isNew = try MessageQueue.insert(
                key, partition: partition, address: AddressHash.of(address), held: reason != nil, at: at, in: db)
            guard isNew else {
                tally.add("dropped:duplicate", of: act.id)
                return
            }
            tally.add("decided", of: act.id)
            if let reason { tally.add("deferred:\(reason)", of: act.id) }
            tally.add(MessageState.queued.counted, of: act.id)
        }
    }

    /// Drops what a stopped campaign left waiting, a slice at a time.
    private func clear(_ act: Act, partition: Int, wall: Timestamp, in db: Connection) throws -> Bool {
        let rows = try db.all(
            """
            SELECT person FROM messages WHERE act = \(act.id) AND partition = \(partition) AND state < 2
            ORDER BY at, person LIMIT \(slice)
            """
        ) { $0.integer(0) }
        var tally = Tally()
        for person in rows {
            try db.run(
                """
                UPDATE messages SET state = 7, at = \(wall), reason = \(DeliveryReason.stopped.rawValue)
                WHERE person = \(person) AND act = \(act.id) AND state < 2
                """)
            tally.move(act.id, from: .queued, to: .dropped)
            tally.add("dropped:stopped", of: act.id)
        }
        try tally.write(partition: partition, in: db)
        if rows.count < slice { try db.run("DELETE FROM campaign_slices WHERE partition = \(partition) AND act = \(act.id)") }
        return rows.count == slice
    }
}
