import RapportCore

/// The events of one batch on their way through the door, one stage a method, each stage one query for all of them.
struct DoorBatch {
    struct Item: Sendable {
        /// Where in the batch it came.
        var index: Int
        var event: NewEvent
        var properties: String
        var personal: String?
        var dedupe: DedupeColumns?
        var kind: Int64 = 0
        var slots: [Int64?] = [nil, nil, nil, nil]
        var source: Source?
        var person: PersonID = 0
        var profile: ProfileID = 0
        var partition = Partition.house
        var position: Int64 = 0
    }

    private(set) var answers: [Acceptance]
    private var items: [Item] = []
    /// Events with a dedupe key that an earlier event of this batch has: index, and the index of the earlier one.
    private var repeats: [(index: Int, first: Int)] = []
    private var heads: [Int: Head] = [:]
    private var now = Timestamp.distantPast

    struct Head {
        var last: Int64
        var count: Int64 = 0
        /// The received_at of everything that this batch appends here.
        var receivedAt: Timestamp
    }

    private static let pending = Acceptance.refused(Problem("event.pending", "it has not been looked at"))

    private let prepared: PreparedEvents
    private let keepsFresh: Bool
    /// What was put on the log, if it is kept.
    private(set) var fresh = EventsAtHand()

    /// - Parameter keepsFresh: whether what is put on the log will be handled in the same transaction.
    init(_ prepared: PreparedEvents, keepsFresh: Bool) {
        self.prepared = prepared
        self.keepsFresh = keepsFresh
        if keepsFresh { fresh.reserveCapacity(prepared.checked.items.count) }
        items = prepared.checked.items
        answers = Array(repeating: Self.pending, count: prepared.events.count)
        for (index, problem) in prepared.checked.refusals { answers[index] = .refused(problem) }
    }

    /// Whether something goes on the log.
    var hasEvents: Bool { !items.isEmpty }

    private mutating func refuse(_ item: Item, _ problem: Problem) { answers[item.index] = .refused(problem) }
}

// MARK: - Duplicates

extension DoorBatch {
    mutating func findDuplicates(in db: Connection) throws {
        now = try db.now()
        let keys = items.compactMap(\.dedupe)
        guard !keys.isEmpty else { return }
        var known: [DedupeColumns: EventRef] = [:]
        var expired: [DedupeColumns] = []
        var statements: [Int64: Statements] = [:]
        for item in items where item.event.restates != nil {
            if let key = item.dedupe { statements[key.high] = Statements() }
        }
        try db.each(
            "SELECT high, low, partition, position, expires_at FROM dedupe WHERE high IN \(list: keys.map(\.high).sorted())"
        ) { row in
            let key = DedupeColumns(high: row.integer(0), low: row.integer(1))
            if let end = row.timestampOrNil(4), end <= now {
                expired.append(key)
            } else {
                let ref = EventRef(partition: row.int(2), position: row.integer(3))
                known[key] = ref
                if !statements.isEmpty { statements[key.high]?.read(key.low, ref) }
            }
        }
        if !expired.isEmpty {
            let wanted = Set(keys)
            for key in expired where wanted.contains(key) {
                try db.run("DELETE FROM dedupe WHERE high = \(key.high) AND low = \(key.low)")
            }
        }
        var first: [DedupeColumns: Int] = [:]
        var kept: [Item] = []
        kept.reserveCapacity(items.count)
        for var item in items {
            guard let key = item.dedupe else {
                kept.append(item)
                continue
            }
            if let restatement = item.event.restates {
                switch statements[key.high, default: Statements()].say(
                    key.low, by: item.event.batch, restatement, index: item.index)
                {
                case .known(let ref): answers[item.index] = .duplicate(ref)
                case .repeated(let earlier): repeats.append((item.index, earlier))
                case .new(let low):
                    item.dedupe?.low = low
                    kept.append(item)
                }
                continue
            }
            if let ref = known[key] {
                answers[item.index] = .duplicate(ref)
            } else if let earlier = first[key] {
                repeats.append((item.index, earlier))
            } else {
                first[key] = item.index
                kept.append(item)
            }
        }
        items = kept
    }
}

// MARK: - Numbers

extension DoorBatch {
    mutating func findNumbers(_ catalog: Catalog, in db: Connection) throws {
        guard !items.isEmpty else { return }
        let kinds = try catalog.kinds(Set(items.map(\.event.kind)), in: db)
        let sources = try catalog.sources(Set(items.map(\.event.source)), in: db)
        var texts: Set<String> = []
        var values: [[SlotValue?]] = []
        values.reserveCapacity(items.count)
        for index in items.indices {
            items[index].source = sources[items[index].event.source]
            guard let kind = kinds[items[index].event.kind] else {
                values.append([])
                continue
            }
            items[index].kind = kind.id
            guard !kind.definition.slots.isEmpty else {
                values.append([])
                continue
            }
            let typed = kind.definition.slotValues(of: items[index].event.properties).map { value -> SlotValue? in
                guard case .text(let text) = value else { return value }
                return .text(Text.folded(text))
            }
            for case .text(let text) in typed { texts.insert(text) }
            values.append(typed)
        }
        let symbols = texts.isEmpty ? [:] : try catalog.symbols(texts, in: db)
        for index in items.indices {
            for (slot, value) in values[index].enumerated() {
                switch value {
                case .integer(let number): items[index].slots[slot] = number
                case .text(let text): items[index].slots[slot] = symbols[text]
                case nil: break
                }
            }
        }
    }
}

// MARK: - People

extension DoorBatch {
    /// - Returns: whether an anonymous person turned out to be a known one.
    mutating func findPeople(_ resolver: IdentityResolver, seed: () -> UInt64, in db: Connection) throws -> Bool {
        for index in items.indices {
            guard let person = items[index].event.person else { continue }
            items[index].person = person
            items[index].profile = items[index].event.profile ?? 0
        }
        let asking = items.indices.filter { items[$0].isAsking }
        var mergeIsDue = false
        if !asking.isEmpty {
            // Duplicates ask for nobody. Where there are none, and the rules are still the same, all is prepared.
            let rules = try resolver.book.edition(in: db)
            let isReady = asking.count == prepared.identities.requests.count && rules.versions == prepared.identities.versions
            let identities =
                isReady ? prepared.identities : IdentityBatch(asking.map { items[$0].event.identifiers }, rules)
            let sayings = asking.map { index in
                let event = items[index].event
                return IdentityPlan.Saying(
                    source: items[index].source?.id ?? 0, at: min(event.occurredAt ?? now, now), batch: event.batch)
            }
            var generator = SplitMix64(seed: seed())
            let found = try resolver.resolve(identities, sayings, now: now, in: db, using: &generator)
            for case (let index, let identity?) in zip(asking, found) {
                items[index].person = identity.person
                items[index].profile = identity.profile
                items[index].partition = identity.partition
                mergeIsDue = mergeIsDue || identity.mergeDue
            }
        }
        try findNamedPeople(in: db)
        try findProfiles(in: db)
        return mergeIsDue
    }

    /// Reactors name people as they knew them; meanwhile they may have become somebody else's alias.
    private mutating func findNamedPeople(in db: Connection) throws {
        let named = Set(items.compactMap(\.event.person)).subtracting([0])
        guard !named.isEmpty else { return }
        let whereabouts = try Whereabouts.of(named, in: db)
        var kept: [Item] = []
        kept.reserveCapacity(items.count)
        for var item in items {
            if let person = item.event.person, person != 0 {
                switch whereabouts[person] {
                case .at(let person, let partition):
                    item.person = person
                    item.partition = partition
                case .erased:
                    refuse(item, Problem("event.person", "the person has been erased"))
                    continue
                case nil:
                    refuse(item, Problem("event.person", "there is no person \(item.person)"))
                    continue
                }
            }
            kept.append(item)
        }
        items = kept
    }

    /// What a reactor appends without naming a profile goes to the person's first.
    private mutating func findProfiles(in db: Connection) throws {
        let people = Set(items.filter { $0.person != 0 && $0.profile == 0 }.map(\.person)).sorted()
        guard !people.isEmpty else { return }
        var first: [PersonID: ProfileID] = [:]
        try db.each("SELECT person, MIN(id) FROM profiles WHERE person IN \(list: people) GROUP BY person") { row in
            first[row.integer(0)] = row.integer(1)
        }
        for index in items.indices where items[index].profile == 0 {
            items[index].profile = first[items[index].person] ?? 0
        }
    }
}

// MARK: - Heads

extension DoorBatch {
    mutating func lockHeads(in db: Connection) throws {
        guard !items.isEmpty else { return }
        let partitions = Array(Set(items.map { Int64($0.partition) })).sorted()
        try db.each(
            """
            SELECT partition, head, clock FROM partitions WHERE partition IN \(list: partitions)
            ORDER BY partition\(raw: db.forUpdate)
            """
        ) { row in
            heads[row.int(0)] = Head(last: row.integer(1), receivedAt: row.timestamp(2))
        }
        // A merge locks the heads of both people: whoever is nobody's alias now stays so until this transaction ends.
        if db.dialect == .postgres {
            let people = Set(items.map(\.person)).subtracting([0])
            let places = try Whereabouts.of(people, in: db)
            guard people.allSatisfy({ places[$0]?.person == $0 }) else { throw DoorRace() }
            // A revert that was under way may have taken away a profile that had nothing left.
            let profiles = Set(items.map(\.profile)).subtracting([0]).sorted()
            guard try db.integer("SELECT COUNT(*) FROM profiles WHERE id IN \(list: profiles)") == Int64(profiles.count) else {
                throw DoorRace()
            }
        }
        // The clock is read under the lock, and never runs backwards within a partition.
        now = try db.now()
        let received = now
        heads = heads.mapValues { Head(last: $0.last, receivedAt: max($0.receivedAt, received)) }
        for index in items.indices {
            let partition = items[index].partition
            heads[partition]?.count += 1
            items[index].position = heads[partition].map { $0.last + $0.count } ?? 0
        }
        try db.insert(
            into: "partitions", ["partition", "head", "clock"], heads.sorted { $0.key < $1.key },
            onConflict: "(partition) DO UPDATE SET head = excluded.head, clock = excluded.clock"
        ) { row, entry in
            row.int(entry.key)
            row.integer(entry.value.last + entry.value.count)
            row.time(entry.value.receivedAt)
        }
    }
}

// MARK: - Rows

extension DoorBatch {
    mutating func write(in db: Connection) throws {
        let order = items.indices.sorted {
            (items[$0].partition, items[$0].position) < (items[$1].partition, items[$1].position)
        }
        try db.insert(into: "events", Event.columnNames, order) { row, index in
            let receivedAt = heads[items[index].partition]?.receivedAt ?? now
            let event = items[index].event(receivedAt: receivedAt)
            event.write(to: row)
            if keepsFresh { fresh.append(event, items[index].said(receivedAt: receivedAt)) }
        }
        let personal = order.filter { items[$0].personal != nil }
        try db.insert(into: "personal_values", ["id", "profile", "value"], personal) { row, index in
            row.integer(items[index].personalNumber)
            row.integer(items[index].profile)
            row.text(items[index].personal)
        }
        try writeDedupe(in: db)
        for item in items { answers[item.index] = .accepted(item.ref, person: item.person) }
        for (index, first) in repeats { answers[index] = answers[first].ref.map { .duplicate($0) } ?? answers[first] }
    }

    private func writeDedupe(in db: Connection) throws {
        let keyed = items.indices.compactMap { index in items[index].dedupe.map { (key: $0, index: index) } }
            .sorted { $0.key < $1.key }
        let written = try db.insert(
            into: "dedupe", ["high", "low", "partition", "position", "expires_at"], keyed, onConflict: "DO NOTHING"
        ) { row, keyed in
            row.integer(keyed.key.high)
            row.integer(keyed.key.low)
            row.int(items[keyed.index].partition)
            row.integer(items[keyed.index].position)
            row.time(items[keyed.index].event.dedupeDays.map { now + .days(Int64($0)) })
        }
        guard written == keyed.count else { throw DoorRace() }
    }
}

extension DoorBatch.Item {
    /// - Throws: `Problem` of what the door asks of every event.
    init(_ index: Int, _ event: NewEvent) throws {
        try event.check()
        let properties = event.properties.text
        let personal = event.personal?.text
        let size = properties.utf8.count + (personal?.utf8.count ?? 0)
        try event.check(size: size)
        self.init(
            index: index, event: event, properties: properties, personal: personal,
            dedupe: event.dedupeKey.map(DedupeColumns.init))
    }

    /// Whether identity has to say whose it is.
    var isAsking: Bool { event.person == nil && !event.identifiers.isEmpty }
    var ref: EventRef { EventRef(partition: partition, position: position) }
    /// 0 or the number of the values that stay out of the event's row.
    var personalNumber: Int64 { personal == nil ? 0 : PersonalValues.number(of: ref) }

    /// As it will be read from the log.
    func event(receivedAt: Timestamp) -> Event {
        let saidAt = event.occurredAt ?? receivedAt
        let occurredAt = min(saidAt, receivedAt)
        let isHistory = event.history || occurredAt < receivedAt - (source?.horizon ?? Source.usualHorizon)
        return Event(
            ref: ref, person: person, profile: profile, kind: kind, source: source?.id ?? 0, occurredAt: occurredAt,
            receivedAt: receivedAt, history: isHistory, depth: event.depth, cause: event.cause, slots: slots,
            personal: personalNumber, properties: saidAt > receivedAt ? keeping(saidAt) : properties)
    }

    /// What it says, taken apart; `nil` where that is not what is written.
    func said(receivedAt: Timestamp) -> EventsAtHand.Said? {
        guard event.occurredAt ?? receivedAt <= receivedAt, event.properties.isReadAlike, event.personal?.isReadAlike ?? true
        else { return nil }
        return EventsAtHand.Said(properties: event.properties, personal: event.personal)
    }

    /// The properties with the time that lay in the future, which was cut to the moment of receipt.
    private func keeping(_ original: Timestamp) -> String {
        guard case .object(let members) = event.properties else { return properties }
        return JSONValue.object(members + [.init("original_occurred_at", .string(original.rfc3339))]).text
    }
}
