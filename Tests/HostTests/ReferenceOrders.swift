import RapportAnalytics
import RapportCore
import RapportStorage

/// The orders of people reckoned the slow way: every event of the timeline read whole, each order settled from all that was said.
struct ReferenceOrders {
    struct Order: Hashable {
        var person: PersonID
        var placedAt: Timestamp
        var currency: String?
        var net: Int64?
        var number: String?
        var cost: Int64
        var linesWithoutCost: Int
        var foreignRefunds: [OrderMoney.ForeignRefund]
        var isDiscounted: Bool?
        var event: EventRef
    }

    private struct Said {
        var event: OrderMoney.Event
        var source: Int64
        var ref: EventRef
    }

    private struct Key: Hashable {
        var source: Int64
        var number: String
    }

    private(set) var orders: [Order] = []
    /// Of one piece, in the unit of whatever currency.
    private let costs: [String: String]

    static func read(costs: [String: String], until: Timestamp = .distantFuture, in db: Connection) throws -> [Order] {
        var reference = ReferenceOrders(costs: costs)
        var byPerson: [PersonID: [Said]] = [:]
        try db.each(
            """
            SELECT timeline.person, kinds.name, timeline.occurred_at, events.properties, events.source, timeline.partition,
                timeline.position
            FROM timeline
            JOIN people ON people.id = timeline.person AND people.state = 0 AND people.anonymous = 0
            JOIN events ON events.partition = timeline.partition AND events.position = timeline.position
            JOIN kinds ON kinds.id = timeline.kind
            WHERE timeline.occurred_at <= \(until)
            ORDER BY timeline.person, timeline.occurred_at, timeline.partition, timeline.position
            """
        ) { row in
            byPerson[row.integer(0), default: []].append(
                Said(
                    event: .init(kind: row.text(1), at: row.timestamp(2), properties: try JSONValue(parsing: row.text(3))),
                    source: row.integer(4), ref: EventRef(partition: row.int(5), position: row.integer(6))))
        }
        for (person, said) in byPerson { reference.settle(said, of: person) }
        return reference.orders
    }

    private init(costs: [String: String]) { self.costs = costs }

    private static func number(_ said: Said) -> String? {
        said.event.properties["order"].flatMap { $0.string ?? $0.integer.map(String.init) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    private mutating func settle(_ said: [Said], of person: PersonID) {
        var found: [Key: [Said]] = [:]
        for one in said where one.event.kind == "order.placed" {
            guard let number = Self.number(one) else {
                add([one], nil, person)
                continue
            }
            found[Key(source: one.source, number: number), default: []].append(one)
        }
        let placed = Set(found.keys)
        for one in said where ["order.refunded", "order.returned", "order.cancelled"].contains(one.event.kind) {
            guard let number = Self.number(one) else { continue }
            let key = Key(source: one.source, number: number)
            if placed.contains(key) {
                found[key]?.append(one)
            } else {
                let others = placed.filter { $0.number == number }
                if others.count == 1, let home = others.first { found[home]?.append(one) }
            }
        }
        for (key, said) in found { add(said.sorted { ($0.event.at, $0.ref) < ($1.event.at, $1.ref) }, key.number, person) }
    }

    private mutating func add(_ said: [Said], _ number: String?, _ person: PersonID) {
        let money = OrderMoney(said.map(\.event)) { product, currency, _ in
            costs[product].flatMap { ScaledInteger.parse($0, scale: Currency.exponent(of: currency)) }
        }
        guard !money.isCancelled, let last = said.last(where: { $0.event.kind == "order.placed" }) else { return }
        orders.append(
            Order(
                person: person, placedAt: last.event.at, currency: money.currency, net: money.revenue, number: number,
                cost: money.cost, linesWithoutCost: money.linesWithoutCost, foreignRefunds: money.foreignRefunds,
                isDiscounted: Self.isDiscounted(last.event.properties), event: last.ref))
    }

    private static func isDiscounted(_ properties: JSONValue) -> Bool? {
        let scale = Currency.exponent(of: properties["currency"]?.string)
        func isAny(_ value: JSONValue?) -> Bool? {
            value.flatMap { ScaledInteger.parse($0.string ?? $0.text, scale: scale) }.map { $0 > 0 }
        }
        if let coupon = properties["coupon"]?.string, !coupon.isEmpty { return true }
        if let whole = isAny(properties["discount"]) { return whole }
        let lines = (properties["lines"]?.array ?? []).compactMap { isAny($0["discount"]) }
        return lines.isEmpty ? nil : lines.contains(true)
    }
}

extension ReferenceOrders.Order {
    init(_ order: HouseOrders.Order) {
        self.init(
            person: order.person, placedAt: order.placedAt, currency: order.currency, net: order.net, number: order.number,
            cost: order.cost, linesWithoutCost: order.linesWithoutCost, foreignRefunds: order.foreignRefunds,
            isDiscounted: order.isDiscounted, event: order.event)
    }
}
