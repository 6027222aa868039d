import RapportCore
import RapportStorage

extension DecisionBatch {
    mutating func readLedger(in db: Connection) throws {
        let (brand, topic) = (number(act.brand), number(act.topic))
        try db.each(
            """
            SELECT person, id, brand, topic, channel, basis, status, proven, imported, at FROM permissions
            WHERE person IN \(list: people) AND brand = \(brand) AND topic IN (0, \(topic)) ORDER BY person, id
            """
        ) { row in
            guard let basis = Basis(rawValue: row.int(5)), let status = PermissionEntry.Status(rawValue: row.int(6)) else {
                return
            }
            states[row.integer(0)]?.permissions.append(
                PermissionEntry(
                    id: row.integer(1), scope: .init(brand: row.integer(2), topic: row.integer(3), channel: row.integer(4)),
                    basis: basis, status: status, isProven: row.bool(7), isImported: row.bool(8), at: row.timestamp(9)))
        }
        // One permission that came in steps (asked, confirmed) is judged by its last step.
        for person in people {
            let entries = states[person]?.permissions ?? []
            if entries.count > 1 { states[person]?.permissions = Self.lastSteps(entries) }
        }
        try db.each(
            """
            SELECT person, id, brand, topic, channel, at FROM withdrawals
            WHERE person IN \(list: people) AND brand IN (0, \(brand)) AND topic IN (0, \(topic)) ORDER BY person, id
            """
        ) { row in
            states[row.integer(0)]?.withdrawals.append(Self.entry(row, from: 1))
        }
        for (person, objections) in try Objections.inForce(people, in: db) { states[person]?.objections = objections }
        try readRestrictions(in: db)
    }

    private static func entry(_ row: Row, from column: Int) -> OptOutEntry {
        OptOutEntry(
            id: row.integer(column),
            scope: .init(brand: row.integer(column + 1), topic: row.integer(column + 2), channel: row.integer(column + 3)),
            at: row.timestamp(column + 4))
    }

    /// Of entries with the same scope and basis that are proven alike, only the latest.
    static func lastSteps(_ entries: [PermissionEntry]) -> [PermissionEntry] {
        guard entries.count > 1 else { return entries }
        return entries.filter { entry in
            !entries.contains { other in
                other.scope == entry.scope && other.basis == entry.basis && other.isProven == entry.isProven
                    && other.isImported == entry.isImported && other.status.rawValue >= entry.status.rawValue
                    && (other.at, other.id) > (entry.at, entry.id)
            }
        }
    }

    private mutating func readRestrictions(in db: Connection) throws {
        try db.each("SELECT person, lifts, at FROM restrictions WHERE person IN \(list: people) ORDER BY person, at, id") { row in
            let person = row.integer(0)
            if row.bool(1) {
                states[person]?.restrictedSince = nil
            } else if states[person]?.restrictedSince == nil {
                states[person]?.restrictedSince = row.timestamp(2)
            }
        }
    }

    /// Contacts made elsewhere, and our own messages that were sent, may have been, or are on their way.
    mutating func readContacts(catalog: Catalog, in db: Connection) throws {
        guard act.topicClass == .marketing else { return }
        // As far back as the policy's caps and the wishes of these people count.
        let wishes = states.compactMapValues(\.preferences.atMostEvery)
        let horizon = policy.decision.contactHorizon
        let longest = wishes.values.reduce(horizon) { max($0, $1) }
        guard longest.milliseconds > 0 else { return }
        let since = wall - longest
        try db.each(
            """
            SELECT person, channel, topic, class, at FROM contacts
            WHERE person IN \(list: people) AND at > \(since) ORDER BY person, at, id
            """
        ) { row in
            states[row.integer(0)]?.contacts.append(
                .init(
                    channel: row.integer(1), topic: row.integer(2), topicClass: TopicClass(rawValue: row.int(3)) ?? .marketing,
                    at: row.timestamp(4)))
        }
        let origins = try self.origins(in: db)
        var rows: [(person: PersonID, act: Int64, channel: String, topic: String, topicClass: Int, at: Timestamp)] = []
        try db.each(
            """
            SELECT messages.person, messages.act, acts.channel, acts.topic, acts.class, messages.at FROM messages
            JOIN acts ON acts.id = messages.act
            WHERE messages.person IN \(list: origins.keys.sorted()) AND messages.at > \(since)
                AND messages.state NOT IN (\(MessageState.failed.rawValue), \(MessageState.dropped.rawValue))
            ORDER BY messages.person, messages.act
            """
        ) { rows.append(($0.integer(0), $0.integer(1), $0.text(2), $0.text(3), $0.int(4), $0.timestamp(5))) }
        var names: [String: Int64] = numbers
        for row in rows {
            let kind = act.channelKinds[row.channel] ?? row.channel
            for name in [Text.folded(kind), Text.folded(row.topic)] where names[name] == nil {
                names[name] = try catalog.existingSymbol(name, in: db) ?? -1
            }
            states[origins[row.person] ?? row.person]?.contacts.append(
                .init(
                    act: row.act, channel: names[Text.folded(kind)] ?? -1, topic: names[Text.folded(row.topic)] ?? -1,
                    topicClass: TopicClass(rawValue: row.topicClass) ?? .marketing, at: row.at))
        }
        if longest > horizon { forgetContacts(beyond: horizon, wishes) }
    }

    /// Older contacts than caps and the person's own wish look back for would only fill receipts.
    private mutating func forgetContacts(beyond horizon: Span, _ wishes: [PersonID: Span]) {
        for person in people {
            let since = wall - max(horizon, wishes[person] ?? horizon)
            states[person]?.contacts.removeAll { $0.at <= since }
        }
    }

    /// A message names whom it was made for, also after a merge: each such person by whom it is now.
    private func origins(in db: Connection) throws -> [PersonID: PersonID] {
        var out = Dictionary(people.map { ($0, $0) }) { first, _ in first }
        var survivors = people
        while !survivors.isEmpty {
            var next: [PersonID] = []
            try db.each(
                "SELECT loser, survivor FROM merges WHERE survivor IN \(list: survivors) AND undone_at IS NULL ORDER BY id"
            ) { row in
                guard out[row.integer(0)] == nil else { return }
                out[row.integer(0)] = out[row.integer(1)]
                next.append(row.integer(0))
            }
            survivors = next
        }
        return out
    }

    /// Members of one household live in different partitions, and two workers may decide upon two of them at once. Until this
    /// transaction ends no other decides upon the same household, so the second sees what the first got.
    func lockHouseholds(in db: Connection) throws {
        guard db.dialect == .postgres else { return }
        var members: [Int64: [PersonID]] = [:]
        try db.each(
            "SELECT household, id FROM people WHERE household IN \(list: Set(households.values).sorted()) AND state = 0"
        ) { members[$0.integer(0), default: []].append($0.integer(1)) }
        let shared = members.values.filter { $0.count > 1 }.flatMap { $0 }.sorted()
        guard !shared.isEmpty else { return }
        try db.each("SELECT id FROM people WHERE id IN \(list: shared) ORDER BY id\(raw: db.forUpdate)") { _ in }
    }

    mutating func readHouseholds(atGate: Bool, in db: Connection) throws {
        let wanted = Set(households.values).sorted()
        guard !wanted.isEmpty else { return }
        var got: [Int64: [(person: PersonID, at: Timestamp, state: MessageState)]] = [:]
        try db.each(
            """
            SELECT people.household, messages.person, messages.at, messages.state FROM people
            JOIN messages ON messages.person = people.id
            WHERE people.household IN \(list: wanted) AND messages.act = \(act.id)
                AND messages.state NOT IN (\(MessageState.failed.rawValue), \(MessageState.dropped.rawValue))
            ORDER BY people.household, messages.person
            """
        ) { row in
            got[row.integer(0), default: []].append(
                (row.integer(1), row.timestamp(2), MessageState(rawValue: row.integer(3)) ?? .queued))
        }
        for (person, household) in households {
            // At the gate both may be queued: then the one with the smaller number goes, whichever comes first.
            let other = got[household]?.first { other in
                other.person != person
                    && (!atGate || other.state.rawValue >= MessageState.claimed.rawValue || other.person < person)
            }
            if let other { states[person]?.household = .init(person: other.person, at: other.at) }
        }
    }
}
