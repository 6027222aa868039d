import RapportCore

/// Accounts or products of one step: read once, changed in memory, written in key order.
struct RecordsBatch {
    let kind: RecordKind
    let db: Connection

    /// Takes in what events say.
    func apply(_ events: [(event: Event, properties: JSONValue)]) throws {
        var byKey: [RecordKey: [(event: Event, properties: JSONValue)]] = [:]
        for entry in events {
            guard let external = entry.properties["id"]?.plainKey else { continue }
            byKey[RecordKey(source: entry.event.source, external: external), default: []].append(entry)
        }
        guard !byKey.isEmpty else { return }
        var links: [(key: RecordKey, ref: EventRef)] = []
        for (key, entries) in byKey { links += entries.map { (key, $0.event.ref) } }
        links.sort { $0.key == $1.key ? $0.ref < $1.ref : $0.key < $1.key }
        let rows = links.map { key, ref -> [SQLValue] in
            [
                .integer(kind.rawValue), .integer(key.source), .text(key.external), .integer(Int64(ref.partition)),
                .integer(ref.position),
            ]
        }
        try db.insert(
            into: "record_events", ["record", "source", "external", "partition", "position"], rows, ignoringConflicts: true)
        let known = try read(byKey.keys.sorted())
        var written: [Written] = []
        for (key, entries) in byKey.sorted(by: { $0.key < $1.key }) {
            var data = known[key]?.data ?? RecordData()
            for entry in entries { data.take(entry.event, entry.properties) }
            guard known[key]?.data != data else { continue }
            written.append(Written(key: key, before: known[key], data: data, since: Self.first(entries.map(\.event))))
        }
        try write(written)
    }

    /// Forgets what events said: their records are computed again from what is left.
    func forget(_ events: [(event: Event, properties: JSONValue)]) throws {
        var keys: Set<RecordKey> = []
        for (event, properties) in events {
            guard let external = properties["id"]?.plainKey else { continue }
            keys.insert(RecordKey(source: event.source, external: external))
            try db.run(
                """
                DELETE FROM record_events
                WHERE record = \(kind.rawValue) AND source = \(event.source) AND external = \(external)
                    AND partition = \(event.ref.partition) AND position = \(event.ref.position)
                """)
        }
        let known = try read(keys.sorted())
        for key in keys.sorted() {
            let left = try db.all(
                """
                SELECT \(raw: Event.columns) FROM record_events
                JOIN events ON events.partition = record_events.partition AND events.position = record_events.position
                WHERE record_events.record = \(kind.rawValue) AND record_events.source = \(key.source)
                    AND record_events.external = \(key.external)
                """, Event.init)
            if left.isEmpty {
                guard let gone = known[key] else { continue }
                for word in words(gone.data, key) {
                    try db.run("DELETE FROM record_words WHERE record = \(kind.rawValue) AND word = \(word) AND id = \(gone.id)")
                }
                try db.run("DELETE FROM \(raw: kind.table) WHERE id = \(gone.id)")
            } else {
                var data = RecordData()
                for event in left { data.take(event, try JSONValue(parsing: event.properties)) }
                try write([Written(key: key, before: known[key], data: data, since: Self.first(left))])
            }
        }
    }

    private struct Known {
        var id: Int64
        var data: RecordData
    }

    private struct Written {
        var key: RecordKey
        var before: Known?
        var data: RecordData
        /// When it was first heard of, of what is at hand: where there is a row, it has its id already.
        var since: Timestamp
    }

    private static func first(_ events: [Event]) -> Timestamp { events.map(\.receivedAt).min() ?? .distantPast }

    private func read(_ keys: [RecordKey]) throws -> [RecordKey: Known] {
        var known: [RecordKey: Known] = [:]
        for (source, some) in Dictionary(grouping: keys, by: \.source).sorted(by: { $0.key < $1.key }) {
            try db.each(
                """
                SELECT id, external, data FROM \(raw: kind.table)
                WHERE source = \(source) AND external IN \(list: some.map(\.external))
                """
            ) { row in
                known[RecordKey(source: source, external: row.text(1))] = Known(
                    id: row.integer(0), data: try RecordData(text: row.text(2)))
            }
        }
        return known
    }

    private func write(_ rows: [Written]) throws {
        let new = rows.filter { $0.before == nil }
        try db.insert(
            into: kind.table, ["source", "external", "name", "data"] + (kind == .account ? ["public_id"] : []),
            new.map { row in
                [
                    .integer(row.key.source), .text(row.key.external), .text(row.data.name ?? row.key.external),
                    .text(row.data.text),
                ] + (kind == .account ? [.text(Self.publicID(of: row.key, since: row.since))] : [])
            })
        let ids = try read(new.map(\.key)).mapValues(\.id)
        var words: [(String, Int64)] = []
        for row in rows {
            guard let id = row.before?.id ?? ids[row.key] else { continue }
            let now = self.words(row.data, row.key)
            var old: Set<String> = []
            if let before = row.before {
                old = self.words(before.data, row.key)
                try db.run(
                    """
                    UPDATE \(raw: kind.table) SET name = \(row.data.name ?? row.key.external), data = \(row.data.text)
                    WHERE id = \(id)
                    """)
            }
            for word in old.subtracting(now).sorted() {
                try db.run("DELETE FROM record_words WHERE record = \(kind.rawValue) AND word = \(word) AND id = \(id)")
            }
            words += now.subtracting(old).map { ($0, id) }
        }
        try db.insert(
            into: "record_words", ["record", "word", "id"],
            words.sorted(by: <).map { [.integer(kind.rawValue), .text($0.0), .integer($0.1)] }, ignoringConflicts: true)
    }

    private func words(_ data: RecordData, _ key: RecordKey) -> Set<String> {
        Set(Text.searchWords(data.name ?? "") + Text.searchWords(key.external))
    }

    /// The same for the same events in the same database: a fold takes no chances, and its clock is the log's.
    private static func publicID(of key: RecordKey, since: Timestamp) -> String {
        let hash = DedupeColumns(DedupeKey.hash("account", String(key.source), key.external))
        var generator = SplitMix64(seed: UInt64(bitPattern: hash.high))
        return PublicID(at: since, using: &generator).description
    }
}
