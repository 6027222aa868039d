public import RapportCore
public import RapportStorage

extension HouseOrders {
    private static let placing = "order.placed"
    /// What lessens an order.
    private static let sequels: Set<String> = ["order.refunded", "order.cancelled", "order.returned"]

    /// Few orders have a sequel. These are read first, so that the others, in one pass over the log in its own order, are reckoned as
    /// they come; neither is looked up one by one nor read as a tree of values.
    ///
    /// - Parameters:
    ///   - times: orders placed at other times are left out. One that was placed anew under its number was placed then.
    ///   - until: what happened later is left out.
    ///   - people: of these alone; `nil`: of all.
    public static func read(
        _ catalog: Catalog, placed times: Range<Timestamp>? = nil, until: Timestamp? = nil, of people: [PersonID]? = nil,
        among population: HousePopulation = .everybody, in db: Connection
    ) throws -> HouseOrders {
        let rates = try RateStore.read(in: db)
        let kinds = try catalog.existingKinds(Self.sequels.union([Self.placing]), in: db)
        let leftOut = try population.leftOut(in: db)
        guard let placed = kinds[Self.placing]?.id else {
            return HouseOrders(orders: [], rates: rates, leftOut: leftOut.count)
        }
        var living = try LivingPeople(of: people, in: db)
        living.remove(leftOut)
        let until = until ?? .distantFuture
        let few = people.flatMap { $0.count <= living.count / 4 ? $0 : nil }
        let whom: SQL = few.map { " AND timeline.person IN \(list: $0)" } ?? ""
        var gatherer = OrderGatherer(costs: try ProductCosts.read(rates: rates, in: db))
        for name in Self.sequels.sorted() {
            guard let kind = kinds[name]?.id else { continue }
            try db.each(
                """
                SELECT timeline.partition, timeline.position, timeline.person, events.source, timeline.occurred_at, events.properties
                FROM timeline
                JOIN events ON events.partition = timeline.partition AND events.position = timeline.position
                WHERE timeline.kind = \(kind) AND timeline.occurred_at <= \(until)\(whom)
                """
            ) { row in if living.contains(row.integer(2)) { try gatherer.take(name, row) } }
        }
        let from = times?.lowerBound ?? .distantPast
        if try few != nil || (times != nil && isSoon(placed, from, in: db)) {
            try db.each(
                """
                SELECT timeline.partition, timeline.position, timeline.person, events.source, timeline.occurred_at, events.properties
                FROM timeline
                JOIN events ON events.partition = timeline.partition AND events.position = timeline.position
                WHERE timeline.kind = \(placed) AND timeline.occurred_at >= \(from) AND timeline.occurred_at <= \(until)\(whom)
                """
            ) { row in if living.contains(row.integer(2)) { try gatherer.take(placed: row) } }
        } else {
            let handled = try HandledEvents(in: db)
            try db.stream(
                """
                SELECT partition, position, person, source, occurred_at, properties FROM events
                WHERE kind = \(placed) AND occurred_at >= \(from) AND occurred_at <= \(until)
                """
            ) { row in
                guard living.contains(row.integer(2)), handled.contains(row.int(0), row.integer(1)) else { return }
                try gatherer.take(placed: row)
            }
        }
        var orders = gatherer.orders(people: living.bound)
        if let times { orders.removeAll { !times.contains($0.placedAt) } }
        return HouseOrders(orders: orders, rates: rates, leftOut: leftOut.count)
    }

    /// Whether so few orders were placed since a moment that they are sooner looked up than the log is read through.
    private static func isSoon(_ kind: Int64, _ from: Timestamp, in db: Connection) throws -> Bool {
        try db.integer("SELECT COUNT(*) FROM timeline WHERE kind = \(kind) AND occurred_at >= \(from)") ?? 0 <= 500_000
    }
}
