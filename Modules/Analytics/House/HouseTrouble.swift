import RapportCore
import RapportStorage

/// What made trouble for the house, by person: orders returned or refunded (each once), complaints, cases, spam complaints, calls
/// that came in and chats. And what may have driven somebody away, and when.
struct HouseTrouble {
    /// How often, by person.
    private(set) var counts: [PersonID: Int] = [:]
    /// What may be why somebody stayed away, in the order of time.
    private(set) var reasons: [PersonID: [(at: Timestamp, reason: LapseReason)]] = [:]

    private static let orderKinds: Set<String> = ["order.returned", "order.refunded"]
    private static let contactKinds: Set<String> = [
        "complaint.opened", "case.opened", "message.complained", "call.held", "chat.held",
    ]

    /// - Parameter until: what happened later is left out.
    static func read(
        _ catalog: Catalog, until: Timestamp, among population: HousePopulation = .everybody, in db: Connection
    ) throws -> HouseTrouble {
        var out = HouseTrouble()
        let left = population.condition(on: "timeline.person", leavingOut: try population.leftOut(in: db))
        let others: SQL = "\(left) AND timeline.occurred_at <= \(until)"
        let orders = try catalog.existingKinds(orderKinds, in: db).values.map(\.id).sorted()
        // An order that came back and was paid back is one trouble; what names no order is one each.
        try db.each(
            """
            SELECT timeline.person, COALESCE(order_events.number, ''), COUNT(*) FROM timeline
            JOIN people ON people.id = timeline.person AND people.state = 0 AND people.anonymous = 0
            LEFT JOIN order_events ON order_events.person = timeline.person AND order_events.partition = timeline.partition
                AND order_events.position = timeline.position
            WHERE timeline.kind IN \(list: orders)\(others)
            GROUP BY timeline.person, COALESCE(order_events.number, '')
            """
        ) { row in out.counts[row.integer(0), default: 0] += row.text(1).isEmpty ? row.int(2) : 1 }
        let contacts = try catalog.existingKinds(contactKinds, in: db)
        let inbound = try db.integer("SELECT id FROM symbols WHERE value = 'inbound'") ?? -1
        for kind in contacts.values.sorted(by: { $0.id < $1.id }) {
            let direction = kind.definition.slot(of: "direction").map { "timeline.n\($0 + 1)" }
            let incoming: SQL = kind.name == "call.held" ? direction.map { " AND \(raw: $0) = \(inbound)" } ?? " AND 1 = 0" : ""
            try db.each(
                """
                SELECT timeline.person, COUNT(*) FROM timeline
                JOIN people ON people.id = timeline.person AND people.state = 0 AND people.anonymous = 0
                WHERE timeline.kind = \(kind.id)\(incoming)\(others) GROUP BY timeline.person
                """
            ) { row in out.counts[row.integer(0), default: 0] += row.int(1) }
        }
        let kinds = try catalog.existingKinds(Set(LapseReason.byKind.keys), in: db)
        let byID = Dictionary(uniqueKeysWithValues: kinds.values.map { ($0.id, $0.name) })
        try db.each(
            """
            SELECT timeline.person, timeline.occurred_at, timeline.kind FROM timeline
            JOIN people ON people.id = timeline.person AND people.state = 0 AND people.anonymous = 0
            WHERE timeline.kind IN \(list: byID.keys.sorted())\(others)
            ORDER BY timeline.person, timeline.occurred_at, timeline.kind, timeline.partition, timeline.position
            """
        ) { row in
            guard let reason = byID[row.integer(2)].flatMap({ LapseReason.byKind[$0] }) else { return }
            out.reasons[row.integer(0), default: []].append((row.timestamp(1), reason))
        }
        return out
    }
}
