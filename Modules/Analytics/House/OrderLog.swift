import RapportCore
import RapportStorage

/// Reckons orders from the log itself: as they were at any moment, with the costs of products.
struct OrderLog {
    /// Of what places and lessens orders, by name.
    let kinds: [String: Int64]
    let costs: ProductCosts
    /// What happened later is left out.
    let until: Timestamp

    /// Few orders have a sequel. These are read first, so that the others, in one pass over the log in its own order, are reckoned as
    /// they come; neither is looked up one by one nor read as a tree of values.
    ///
    /// - Parameter people: of these alone; `nil`: of all.
    /// - Returns: by person and time.
    func orders(of people: [PersonID]?, _ living: LivingPeople, in db: Connection) throws -> [HouseOrders.Order] {
        guard let placed = kinds[OrderFamily.placing] else { return [] }
        let few = people.flatMap { $0.count <= living.count / 4 ? $0 : nil }
        let whom: SQL = few.map { " AND timeline.person IN \(list: $0)" } ?? ""
        let wanted = people.map(Set.init)
        func isWanted(_ person: PersonID) -> Bool { living.contains(person) && wanted?.contains(person) ?? true }
        var gatherer = OrderGatherer(costs: costs)
        for name in OrderFamily.sequels {
            guard let kind = kinds[name] else { continue }
            try db.each(
                """
                SELECT timeline.partition, timeline.position, timeline.person, events.source, timeline.occurred_at, events.properties
                FROM timeline
                JOIN events ON events.partition = timeline.partition AND events.position = timeline.position
                WHERE timeline.kind = \(kind) AND timeline.occurred_at <= \(until)\(whom)
                """
            ) { row in if isWanted(row.integer(2)) { try gatherer.take(name, row) } }
        }
        if few != nil {
            try db.each(
                """
                SELECT timeline.partition, timeline.position, timeline.person, events.source, timeline.occurred_at, events.properties
                FROM timeline
                JOIN events ON events.partition = timeline.partition AND events.position = timeline.position
                WHERE timeline.kind = \(placed) AND timeline.occurred_at <= \(until)\(whom)
                """
            ) { row in if isWanted(row.integer(2)) { try gatherer.take(placed: row) } }
        } else {
            let handled = try HandledEvents(in: db)
            try db.stream(
                """
                SELECT partition, position, person, source, occurred_at, properties FROM events
                WHERE kind = \(placed) AND occurred_at <= \(until)
                """
            ) { row in
                guard isWanted(row.integer(2)), handled.contains(row.int(0), row.integer(1)) else { return }
                try gatherer.take(placed: row)
            }
        }
        return gatherer.orders(people: living.bound)
    }
}
