public import RapportCore
public import RapportStorage

/// Turns noted clicks into events once the moment has passed in which a scanner would have given itself away.
public struct ClickSettler: Sendable {
    let database: any Database
    let door: Door
    let classifier: ClickClassifier
    let clock: any WallClock

    public init(database: any Database, door: Door, classifier: ClickClassifier = ClickClassifier(), clock: any WallClock) {
        self.database = database
        self.door = door
        self.classifier = classifier
        self.clock = clock
    }

    /// A burst reaches `burst` to either side of a click.
    private var end: Timestamp { clock.now - classifier.burst - Span(milliseconds: 1) }

    /// Those of `leases` whose partitions have clicks to settle: one read, so that idling costs little.
    public func due(among leases: [Lease]) async throws -> [Lease] {
        let (end, partitions) = (end, leases.map { Int64($0.partition) })
        let busy = try await database.read { db in
            Set(
                try db.all("SELECT DISTINCT partition FROM clicks WHERE partition IN \(list: partitions) AND at < \(end)") {
                    $0.int(0)
                })
        }
        return leases.filter { busy.contains($0.partition) }
    }

    /// Settles what is due in one partition, and returns how many events that made.
    public func run(_ lease: Lease, limit: Int = 200) async throws -> Int {
        let due = end
        let partition = lease.partition
        let waits = try await database.read { db in
            try db.integer("SELECT 1 FROM clicks WHERE partition = \(partition) AND at < \(due) LIMIT 1") != nil
        }
        guard waits else { return 0 }
        return try await database.write { db in
            try lease.check(in: db)
            let clicks = try db.all(
                """
                SELECT id, person, act, at, url, judged FROM clicks WHERE partition = \(partition)
                ORDER BY partition, person, act, id LIMIT \(limit)
                """, Noted.init)
            var wentTo: [MessageKey: Int64] = [:]
            try db.each(
                """
                SELECT person, act, address FROM messages
                WHERE person IN \(list: Set(clicks.map(\.key.person)).sorted()) AND act IN \(list: Set(clicks.map(\.key.act)).sorted())
                """
            ) { wentTo[MessageKey(person: $0.integer(0), act: $0.integer(1))] = $0.integer(2) }
            var events: [NewEvent] = []
            var settled: [Int64] = []
            for (key, ofMessage) in Dictionary(grouping: clicks, by: \.key).sorted(by: { $0.key < $1.key }) {
                let judged = classifier.judge(ofMessage.map { ($0.by, $0.at, $0.url) })
                let act = try ActStore.act(key.act, in: db)
                let address = wentTo[key].map { [JSONValue.Member("address", .integer($0))] } ?? []
                for (click, by) in zip(ofMessage, judged) where click.at < due {
                    settled.append(click.id)
                    guard let act else { continue }
                    events.append(
                        .delivery(
                            "link.clicked", key, of: act, at: click.at,
                            [
                                .init("link", .string(click.url)), .init("by", .string(by.rawValue)),
                                .init("human", .bool(by == .human)), .init("message", .string(key.wireID)),
                            ] + address))
                }
            }
            try db.run("DELETE FROM clicks WHERE id IN \(list: settled)")
            try door.accept(events, recordedBy: nil, in: db)
            return events.count
        }
    }

    private struct Noted {
        var id: Int64
        var key: MessageKey
        var at: Timestamp
        var url: String
        var by: ClickBy

        init(_ row: Row) {
            id = row.integer(0)
            key = MessageKey(person: row.integer(1), act: row.integer(2))
            at = row.timestamp(3)
            url = row.text(4)
            by = ClickBy(rawValue: row.text(5)) ?? .unsure
        }
    }
}
