public import RapportCore

/// An order: what was placed, and what came of it. Refunds, returns and cancellations are linked to it by its number.
public struct Order: Sendable, Hashable {
    public struct Happening: Sendable, Hashable {
        public var ref: EventRef
        /// `order.refunded`
        public var kind: String
        public var source: String
        public var at: Timestamp
        public var properties: JSONValue
        /// The event of the order's placing, for what came of it.
        public var causedBy: EventRef?
    }

    public var person: PersonID
    public var source: String
    public var number: String
    /// In the order of their time.
    public var events: [Happening]

    private var placed: Happening? { events.last { $0.kind == "order.placed" } }

    public var placedAt: Timestamp? { placed?.at }
    public var currency: String? { (placed ?? events.first)?.properties["currency"]?.string }

    /// What it brought and what its goods cost.
    ///
    /// - Parameter costs: see `OrderMoney`.
    public func money(
        costs: (_ product: String, _ currency: String?, _ at: Timestamp) -> Int64? = { _, _, _ in nil }
    ) -> OrderMoney { OrderMoney(events.map { .init(kind: $0.kind, at: $0.at, properties: $0.properties) }, costs: costs) }

    /// What was placed, in minor units.
    public var total: Int64? { money().total }

    /// What was given back, in minor units, all refunds of its currency together.
    public var refunded: Int64 { money().refunded }

    /// What is left of it, with tax: nothing of a cancelled one.
    public var net: Int64? {
        let money = money()
        return money.isCancelled ? 0 : money.total.map { $0 &- money.cancelled &- money.refunded }
    }

    /// The lines of all events that placed it.
    public var lines: [JSONValue] {
        events.filter { $0.kind == "order.placed" }.flatMap { $0.properties["lines"]?.array ?? [] }
    }

    /// placed, paid, shipped, delivered, returned, partly_refunded, refunded or cancelled: the furthest that it has come.
    public var state: String {
        let kinds = Set(events.map(\.kind))
        let money = money()
        if money.isCancelled || (placed == nil && kinds.contains("order.cancelled")) { return "cancelled" }
        if kinds.contains("order.refunded") {
            let isPart = !money.foreignRefunds.isEmpty || money.refunded < (money.total ?? 0) &- money.cancelled
            return isPart ? "partly_refunded" : "refunded"
        }
        for state in ["returned", "delivered", "shipped", "paid"] where kinds.contains("order.\(state)") { return state }
        return placed == nil ? "unknown" : "placed"
    }
}

extension Order {
    /// The orders of a person, the latest first.
    public static func of(_ person: PersonID, limit: Int = 100, in db: Connection) throws -> [Order] {
        let orders = try read("order_events.person = \(person)", in: db)
        return Array(orders.sorted { ($0.events.last?.at ?? .distantPast) > ($1.events.last?.at ?? .distantPast) }.prefix(limit))
    }

    /// The orders with this number: of one source, or of any.
    public static func find(_ number: String, source: String? = nil, in db: Connection) throws -> [Order] {
        let orders = try read("order_events.number = \(number)", in: db)
        return orders.filter { source == nil || $0.source == source }
    }

    private struct Key: Hashable {
        var person: PersonID
        var source: String
        var number: String
    }

    private static func read(_ condition: SQL, in db: Connection) throws -> [Order] {
        var found: [Key: [Happening]] = [:]
        try db.each(
            """
            SELECT order_events.person, sources.name, order_events.number, kinds.name, events.occurred_at, events.partition,
                events.position, events.properties
            FROM order_events
            JOIN events ON events.partition = order_events.partition AND events.position = order_events.position
            JOIN kinds ON kinds.id = events.kind
            JOIN sources ON sources.id = order_events.source
            WHERE \(condition)
            ORDER BY events.occurred_at, events.received_at, events.partition, events.position
            """
        ) { row in
            let happening = Happening(
                ref: EventRef(partition: row.int(5), position: row.integer(6)), kind: row.text(3), source: row.text(1),
                at: row.timestamp(4), properties: try JSONValue(parsing: row.text(7)), causedBy: nil)
            found[Key(person: row.integer(0), source: row.text(1), number: row.text(2)), default: []].append(happening)
        }
        adopt(&found)
        return found.map { key, events in
            let cause = events.first { $0.kind == "order.placed" }?.ref
            let linked = events.sorted { ($0.at, $0.ref) < ($1.at, $1.ref) }.map { event in
                var event = event
                if event.kind != "order.placed" { event.causedBy = cause }
                return event
            }
            return Order(person: key.person, source: key.source, number: key.number, events: linked)
        }.sorted { ($0.number, $0.source, $0.person) < ($1.number, $1.source, $1.person) }
    }

    /// What another source says of a number that one source alone has placed for the person is of that order: the helpdesk refunds
    /// what the shop sold.
    private static func adopt(_ found: inout [Key: [Happening]]) {
        for (key, events) in found where !events.contains(where: { $0.kind == "order.placed" }) {
            let homes = found.filter { other in
                other.key.person == key.person && other.key.number == key.number
                    && other.value.contains { $0.kind == "order.placed" }
            }
            guard homes.count == 1, let home = homes.first else { continue }
            found[home.key] = home.value + events
            found[key] = nil
        }
    }
}
