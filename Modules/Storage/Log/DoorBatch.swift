import RapportCore

/// The events of one batch on their way through the door, one stage a method, each stage one query for all of them.
struct DoorBatch {
    struct Item {
        /// Where in the batch it came.
        let index: Int
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

    init(_ events: [NewEvent]) {
        answers = Array(repeating: Self.pending, count: events.count)
        items.reserveCapacity(events.count)
        for (index, event) in events.enumerated() {
            do {
                items.append(try Self.item(index, event))
            } catch {
                answers[index] = .refused(error as? Problem ?? Problem("event.invalid", "\(error)"))
            }
        }
    }

    private static func item(_ index: Int, _ event: NewEvent) throws -> Item {
        try event.check()
        let properties = event.properties.text
        let personal = event.personal?.text
        let size = properties.utf8.count + (personal?.utf8.count ?? 0)
        guard size <= NewEvent.maximumSize else { throw NewEvent.tooLarge(size) }
        return Item(
            index: index, event: event, properties: properties, personal: personal,
            dedupe: event.dedupeKey.map(DedupeColumns.init))
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
        let highs = Array(Set(keys.map(\.high))).sorted()
        var statements: [Int64: Statements] = [:]
        for item in items where item.event.restates != nil {
            if let key = item.dedupe { statements[key.high] = Statements() }
        }
        try db.each("SELECT high, low, partition, position, expires_at FROM dedupe WHERE high IN \(list: highs)") { row in
            let key = DedupeColumns(high: row.integer(0), low: row.integer(1))
            if let end = row.timestampOrNil(4), end <= now {
                expired.append(key)
            } else {
                let ref = EventRef(partition: row.int(2), position: row.integer(3))
                known[key] = ref
                if !statements.isEmpty { statements[key.high]?.read(key.low, ref) }
            }
        }
        let wanted = Set(keys)
        for key in expired where wanted.contains(key) {
            try db.run("DELETE FROM dedupe WHERE high = \(key.high) AND low = \(key.low)")
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
            guard let kind = kinds[items[index].event.kind] else { continue }
            items[index].kind = kind.id
            let typed = kind.definition.values(of: items[index].event.properties).map { value -> SlotValue? in
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
        var requests: [IdentityRequest] = []
        var asking: [Int] = []
        for index in items.indices {
            let event = items[index].event
            if let person = event.person {
                items[index].person = person
                items[index].profile = event.profile ?? 0
            } else if !event.identifiers.isEmpty {
                requests.append(
                    IdentityRequest(
                        identifiers: event.identifiers, source: items[index].source?.id ?? 0,
                        at: min(event.occurredAt ?? now, now), batch: event.batch))
                asking.append(index)
            }
        }
        var mergeIsDue = false
        if !requests.isEmpty {
            var generator = SplitMix64(seed: seed())
            let found = try resolver.resolve(requests, now: now, in: db, using: &generator)
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
        // Positions are given in the order of the batch, so this is the order of keys within each partition.
        let order = items.indices.sorted { (items[$0].partition, $0) < (items[$1].partition, $1) }
        try db.insert(into: "events", Item.columns, order) { row, index in
            let item = items[index]
            let head = heads[item.partition]
            item.write(to: row, receivedAt: head?.receivedAt ?? now, horizon: item.source?.horizon ?? Source.usualHorizon)
        }
        try db.insert(
            into: "personal_values", ["id", "profile", "value"], order.filter { items[$0].personal != nil }
        ) { row, index in
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
        ) { row, entry in
            let item = items[entry.index]
            row.integer(entry.key.high)
            row.integer(entry.key.low)
            row.int(item.partition)
            row.integer(item.position)
            row.time(item.event.dedupeDays.map { now + .days(Int64($0)) })
        }
        guard written == keyed.count else { throw DoorRace() }
    }
}

extension DoorBatch.Item {
    var ref: EventRef { EventRef(partition: partition, position: position) }

    static let columns = [
        "partition", "position", "person", "profile", "kind", "source", "occurred_at", "received_at", "history", "depth",
        "cause_partition", "cause_position", "n1", "n2", "n3", "n4", "personal", "properties",
    ]

    /// 0 or the number of the values that identify the person.
    var personalNumber: Int64 { personal == nil ? 0 : PersonalValues.number(of: ref) }

    func write(to row: RowWriter, receivedAt: Timestamp, horizon: Span) {
        let saidAt = event.occurredAt ?? receivedAt
        let occurredAt = min(saidAt, receivedAt)
        row.int(partition)
        row.integer(position)
        row.integer(person)
        row.integer(profile)
        row.integer(kind)
        row.integer(source?.id ?? 0)
        row.time(occurredAt)
        row.time(receivedAt)
        row.bool(event.history || occurredAt < receivedAt - horizon)
        row.int(event.depth)
        row.integer(event.cause.map { Int64($0.partition) })
        row.integer(event.cause?.position)
        for slot in slots { row.integer(slot) }
        row.integer(personalNumber)
        row.text(saidAt > receivedAt ? keeping(saidAt) : properties)
    }

    /// The properties with the time that lay in the future, which was cut to the moment of receipt.
    private func keeping(_ original: Timestamp) -> String {
        guard case .object(let members) = event.properties else { return properties }
        return JSONValue.object(members + [.init("original_occurred_at", .string(original.rfc3339))]).text
    }
}
