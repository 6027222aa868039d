import RapportCore
import RapportStorage

/// Makes orders of the events that placed them, in whatever order these come, and of what came of each.
///
/// Rows have partition, position, person, source, moment and properties.
struct OrderGatherer {
    private let costs: ProductCosts
    /// In pieces, so that nothing of it is copied while it grows.
    private var found: [[HouseOrders.Order]] = []
    private static let piece = 1 << 16
    /// By what they are of: all that was said of a number of a person, once anything came of it.
    private var families: [OrderFamily.Key: OrderFamily] = [:]

    init(costs: ProductCosts) { self.costs = costs }

    /// Takes what came of an order; before the order itself.
    mutating func take(_ kind: String, _ row: Row) throws {
        let properties = try JSONValue(parsing: row.text(5))
        guard let number = PlacedOrder.number(of: properties) else { return }
        families[OrderFamily.Key(person: row.integer(2), number: number), default: OrderFamily()].add(
            .init(kind: kind, at: row.timestamp(4), properties: properties), source: row.integer(3), Self.ref(row))
    }

    mutating func take(placed row: Row) throws {
        try row.withText(5) { text in
            // Names of products are wanted where it is known what they cost, or pieces of them are taken off.
            let placed = try PlacedOrder(parsing: text, naming: !costs.isEmpty)
            let (person, source, at) = (row.integer(2), row.integer(3), row.timestamp(4))
            if let number = placed.number, !families.isEmpty {
                let key = OrderFamily.Key(person: person, number: number)
                if families[key] != nil {
                    let named = costs.isEmpty ? try PlacedOrder(parsing: text, naming: true) : placed
                    families[key]?.add(named, source: source, at: at, Self.ref(row))
                    return
                }
            }
            let money = OrderMoney(placed, at: at) { costs.cost(of: $0, in: $1, at: $2) }
            add(HouseOrders.Order(person: person, fact: OrderFact(placed, money, source: source, at: at, Self.ref(row))))
        }
    }

    private static func ref(_ row: Row) -> EventRef { EventRef(partition: row.int(0), position: row.integer(1)) }

    /// By person, and then by their time.
    ///
    /// - Parameter people: above every person's number.
    mutating func orders(people: Int) -> [HouseOrders.Order] {
        for (key, family) in families {
            for order in family.orders(costs: costs.cost) { add(HouseOrders.Order(person: key.person, fact: order)) }
        }
        families = [:]
        return HouseOrders.sorted(&found, people: people)
    }

    private mutating func add(_ order: HouseOrders.Order) {
        if found.isEmpty || found[found.count - 1].count == Self.piece {
            found.append([])
            found[found.count - 1].reserveCapacity(Self.piece)
        }
        found[found.count - 1].append(order)
    }
}
