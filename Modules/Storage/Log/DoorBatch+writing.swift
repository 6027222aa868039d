import RapportCore

extension DoorBatch {
    mutating func lockHeads(in db: Connection) throws {
        guard !places.isEmpty else { return }
        let partitions = Array(Set(places.map { Int64($0.partition) })).sorted()
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
            let people = Set(places.map(\.person)).subtracting([0])
            let whereabouts = try Whereabouts.of(people, in: db)
            guard people.allSatisfy({ whereabouts[$0]?.person == $0 }) else { throw DoorRace() }
            // A revert that was under way may have taken away a profile that had nothing left.
            let profiles = Set(places.map(\.profile)).subtracting([0]).sorted()
            guard try db.integer("SELECT COUNT(*) FROM profiles WHERE id IN \(list: profiles)") == Int64(profiles.count) else {
                throw DoorRace()
            }
        }
        // The clock is read under the lock, and never runs backwards within a partition.
        now = try db.now()
        let received = now
        heads = heads.mapValues { Head(last: $0.last, receivedAt: max($0.receivedAt, received)) }
        for number in places.indices {
            let partition = places[number].partition
            heads[partition]?.count += 1
            places[number].position = heads[partition].map { $0.last + $0.count } ?? 0
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
        let order = places.indices.sorted { places[$0].ref < places[$1].ref }
        try db.insert(into: "events", Event.columnNames, order) { row, number in
            let receivedAt = heads[places[number].partition]?.receivedAt ?? now
            let event = event(at: places[number], receivedAt: receivedAt)
            event.write(to: row)
            if keepsFresh {
                fresh.append(event, said(at: places[number], receivedAt: receivedAt), newcomer: places[number].newcomer)
            }
        }
        let items = prepared.checked.items
        let personal = order.filter { items[places[$0].item].personal != nil }
        try db.insert(into: "personal_values", ["id", "profile", "value"], personal) { row, number in
            row.integer(PersonalValues.number(of: places[number].ref))
            row.integer(places[number].profile)
            row.text(items[places[number].item].personal)
        }
        try writeDedupe(in: db)
        for place in places { answers[place.index] = .accepted(place.ref, person: place.person) }
        for (index, first) in repeats { answers[index] = answers[first].ref.map { .duplicate($0) } ?? answers[first] }
    }

    private func writeDedupe(in db: Connection) throws {
        let events = prepared.checked.events
        let keyed = places.indices.compactMap { number in places[number].dedupe.map { (key: $0, number: number) } }
            .sorted { $0.key < $1.key }
        let written = try db.insert(
            into: "dedupe", ["high", "low", "partition", "position", "expires_at"], keyed, onConflict: "DO NOTHING"
        ) { row, keyed in
            row.integer(keyed.key.high)
            row.integer(keyed.key.low)
            row.int(places[keyed.number].partition)
            row.integer(places[keyed.number].position)
            row.time(events[places[keyed.number].index].dedupeDays.map { now + .days(Int64($0)) })
        }
        guard written == keyed.count else { throw DoorRace() }
    }
}
