public import RapportCore
public import RapportStorage

extension HouseOrders {
    /// Reads what is kept of orders; of the log, what that does not say: orders as they were at an earlier moment, where something was
    /// said of them since, and what goods cost by the records of products.
    ///
    /// - Parameters:
    ///   - times: orders placed at other times are left out. One that was placed anew under its number was placed then.
    ///   - until: what happened later is left out.
    ///   - people: of these alone; `nil`: of all.
    ///   - costing: whether what the goods cost is wanted; else it is what the orders themselves say.
    public static func read(
        _ catalog: Catalog, placed times: [Range<Timestamp>]? = nil, until: Timestamp? = nil, of people: [PersonID]? = nil,
        among population: HousePopulation = .everybody, costing: Bool = false, in db: Connection
    ) throws -> HouseOrders {
        let rates = try RateStore.read(in: db)
        let leftOut = try population.leftOut(in: db)
        let kinds = try catalog.existingKinds(Set(OrderFamily.sequels + [OrderFamily.placing]), in: db)
        guard kinds[OrderFamily.placing] != nil else { return HouseOrders(rates: rates, leftOut: leftOut.count) }
        var living = try LivingPeople(of: people, in: db)
        living.remove(leftOut)
        let costs = costing ? try ProductCosts.read(rates: rates, in: db) : ProductCosts()
        let log = OrderLog(kinds: kinds.mapValues(\.id), costs: costs, until: until ?? .distantFuture)
        func logged(of people: [PersonID]?) throws -> [Order] {
            let orders = try log.orders(of: people, living, in: db)
            return times.map { times in orders.filter { order in times.contains { $0.contains(order.fact.placedAt) } } } ?? orders
        }
        var orders: PackedOrders
        if costs.isEmpty {
            let few = people.flatMap { $0.count <= living.count / 4 ? $0 : nil }
            let (kept, changed) = try kept(placed: times, until: until ?? .distantFuture, of: few, living, in: db)
            orders = kept
            if !changed.isEmpty {
                orders = try PackedOrders(merging: kept, with: logged(of: changed), of: Set(changed))
            }
        } else {
            orders = PackedOrders(try logged(of: people))
        }
        return HouseOrders(orders: orders, rates: rates, leftOut: leftOut.count)
    }

    /// - Returns: the orders that stand as they did at `until`, and the people of whose orders something was said since.
    private static func kept(
        placed times: [Range<Timestamp>]?, until: Timestamp, of people: [PersonID]?, _ living: LivingPeople, in db: Connection
    ) throws -> (PackedOrders, changed: [PersonID]) {
        var orders = PackedOrders()
        var changed: [PersonID] = []
        var (last, isInParts): (PersonID, Bool) = (0, false)
        try OrderFacts.each(people.map { " WHERE person IN \(list: $0)" } ?? "", in: db) { person, part, order, bytes in
            guard living.contains(person) else { return }
            if person != last {
                if isInParts { orders.settleLast() }
                (last, isInParts) = (person, false)
            }
            isInParts = isInParts || part > 0
            if let at = order.changedAt, at > until {
                if changed.last != person { changed.append(person) }
                return
            }
            guard !order.isCancelled, order.placedAt <= until, times?.contains(where: { $0.contains(order.placedAt) }) ?? true
            else { return }
            try orders.add(order, as: bytes, of: person)
        }
        if isInParts { orders.settleLast() }
        return (orders, changed)
    }
}
