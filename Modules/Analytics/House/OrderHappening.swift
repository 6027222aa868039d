import RapportCore
import RapportStorage

/// Something that happened to an order of one person, with what tells which order it is.
struct OrderHappening {
    var event: OrderMoney.Event
    var number: String?
    var source: Int64
    var ref: EventRef

    private struct Key: Hashable {
        var source: Int64
        var number: String
    }

    /// One person's orders from what happened to them, by time. An order that is cancelled whole is none.
    static func settle(_ happenings: [OrderHappening], of person: PersonID, _ costs: ProductCosts) -> [HouseOrders.Order] {
        var events: [Key: [OrderMoney.Event]] = [:]
        // The event that placed each last.
        var placed: [Key: EventRef] = [:]
        var orders: [HouseOrders.Order] = []
        func add(_ events: [OrderMoney.Event], _ number: String?, _ ref: EventRef) {
            guard let order = order(events, number: number, of: person, ref, costs) else { return }
            orders.append(order)
        }
        for one in happenings where one.event.kind == "order.placed" {
            guard let number = one.number else {
                add([one.event], nil, one.ref)
                continue
            }
            let key = Key(source: one.source, number: number)
            events[key, default: []].append(one.event)
            placed[key] = one.ref
        }
        for one in happenings where one.event.kind != "order.placed" {
            guard let number = one.number else { continue }
            var key = Key(source: one.source, number: number)
            if placed[key] == nil {
                // The helpdesk refunds what the shop sold, where one shop alone has the number.
                let others = placed.keys.filter { $0.number == number }
                guard others.count == 1, let home = others.first else { continue }
                key = home
            }
            events[key, default: []].append(one.event)
        }
        for (key, ref) in placed { add((events[key] ?? []).sorted { $0.at < $1.at }, key.number, ref) }
        return orders.sorted { ($0.placedAt, $0.number ?? "", $0.net ?? 0) < ($1.placedAt, $1.number ?? "", $1.net ?? 0) }
    }

    private static func order(
        _ events: [OrderMoney.Event], number: String?, of person: PersonID, _ ref: EventRef, _ costs: ProductCosts
    ) -> HouseOrders.Order? {
        let money = OrderMoney(events) { costs.cost(of: $0, in: $1, at: $2) }
        // What was placed last under a number is what the order is.
        guard !money.isCancelled, let at = events.last(where: { $0.kind == "order.placed" })?.at else { return nil }
        return HouseOrders.Order(
            person: person, placedAt: at, currency: money.currency, net: money.revenue, number: number, money: money,
            event: ref)
    }
}
