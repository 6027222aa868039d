import RapportCore

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
