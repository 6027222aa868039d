import RapportCore
import RapportStorage

/// What was said of a number of one person's, by whichever sources, where something came of it.
struct OrderFamily {
    struct Key: Hashable {
        var person: PersonID
        var number: String
    }

    struct Placing {
        var source: Int64
        var at: Timestamp
        var ref: EventRef
        var placed: PlacedOrder
    }

    struct Sequel {
        var source: Int64
        var event: OrderMoney.Event
        var ref: EventRef
    }

    var orders: [Placing] = []
    var sequels: [Sequel] = []

    /// What was placed last under a number of a source is what the order is.
    func settled(of person: PersonID, _ costs: ProductCosts) -> [HouseOrders.Order] {
        let bySource = Dictionary(grouping: orders, by: \.source)
        // The helpdesk refunds what the shop sold, where one shop alone has the number.
        let home = bySource.count == 1 ? bySource.keys.first : nil
        let ownSequels = Dictionary(grouping: sequels) { bySource[$0.source] != nil ? $0.source : home }
        return bySource.compactMap { source, orders in
            guard let last = orders.max(by: { ($0.at, $0.ref) < ($1.at, $1.ref) }) else { return nil }
            let events = (ownSequels[source] ?? []).sorted { ($0.event.at, $0.ref) < ($1.event.at, $1.ref) }.map(\.event)
            let money = OrderMoney(last.placed, at: last.at, events) { costs.cost(of: $0, in: $1, at: $2) }
            return HouseOrders.Order(last.placed, money, of: person, source: source, at: last.at, last.ref)
        }
    }
}
