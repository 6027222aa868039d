public import RapportCore

/// What each order brought, settled from all that was said under its number (`OrderFamily`): the table `order_facts`, from which
/// analyses of everybody's purchases are answered without the log. Stands behind `TimelineFold` and `RecordsFold`, whose tables it
/// reads.
public struct OrderFactsFold: Fold {
    public let name = "orders"

    public init() {}

    private static let kinds = Set(OrderFamily.sequels + [OrderFamily.placing])

    public func apply(_ events: [Event], in step: StepContext) throws {
        let kinds = try step.kinds()
        let numbers = Set(kinds.filter { Self.kinds.contains($0.key) }.values)
        let said = events.filter { $0.person != 0 && numbers.contains($0.kind) }
        guard !said.isEmpty else { return }
        var shelves = try OrderShelf.read(Set(said.map(\.person)).sorted(), in: step.db)
        var again: Set<OrderFamily.Key> = []
        for event in said {
            guard event.kind == kinds[OrderFamily.placing] else {
                if let number = PlacedOrder.number(of: try JSONValue(parsing: event.properties)) {
                    again.insert(.init(person: event.person, number: number))
                }
                continue
            }
            let placed = try PlacedOrder(parsing: event.properties, naming: false)
            if let number = placed.number, shelves[event.person]?.has(number) ?? false {
                again.insert(.init(person: event.person, number: number))
            } else {
                let money = OrderMoney(placed, at: event.occurredAt)
                shelves[event.person, default: OrderShelf()].add(
                    OrderFact(placed, money, source: event.source, at: event.occurredAt, event.ref))
            }
        }
        for (key, family) in try Self.families(again, in: step.db) {
            shelves[key.person, default: OrderShelf()].set(family.orders(), under: key.number)
        }
        try OrderShelf.write(shelves, in: step.db)
    }

    /// All that was said under some numbers.
    private static func families(
        _ wanted: Set<OrderFamily.Key>, in db: Connection
    ) throws -> [OrderFamily.Key: OrderFamily] {
        guard !wanted.isEmpty else { return [:] }
        let people = Set(wanted.map(\.person)).sorted()
        var families: [OrderFamily.Key: OrderFamily] = [:]
        try db.each(
            """
            SELECT order_events.person, kinds.name, events.source, events.occurred_at, events.partition, events.position,
                events.properties, order_events.number
            FROM order_events
            JOIN events ON events.partition = order_events.partition AND events.position = order_events.position
            JOIN kinds ON kinds.id = events.kind
            WHERE order_events.person IN \(list: people) AND order_events.number IN \(list: Set(wanted.map(\.number)).sorted())
                AND kinds.name IN \(list: kinds.sorted())
            """
        ) { row in
            let key = OrderFamily.Key(person: row.integer(0), number: row.text(7))
            if wanted.contains(key) { try families[key, default: OrderFamily()].add(Said(row)) }
        }
        return families
    }

    public func refold(_ people: [PersonID], in step: StepContext) throws {
        try step.db.run("DELETE FROM order_facts WHERE person IN \(list: people)")
        try OrderShelf.write(Self.settled(people, in: step.db), in: step.db)
    }

    /// The orders of people from all their events.
    private static func settled(_ people: [PersonID], in db: Connection) throws -> [PersonID: OrderShelf] {
        let kinds = try db.all("SELECT id FROM kinds WHERE name IN \(list: kinds.sorted())") { $0.integer(0) }
        var families: [OrderFamily.Key: OrderFamily] = [:]
        var shelves: [PersonID: OrderShelf] = [:]
        try db.each(
            """
            SELECT timeline.person, kinds.name, events.source, timeline.occurred_at, timeline.partition, timeline.position,
                events.properties
            FROM timeline
            JOIN events ON events.partition = timeline.partition AND events.position = timeline.position
            JOIN kinds ON kinds.id = timeline.kind
            WHERE timeline.person IN \(list: people) AND timeline.kind IN \(list: kinds)
            ORDER BY timeline.person, timeline.kind, timeline.occurred_at, timeline.partition, timeline.position
            """
        ) { row in
            let said = try Said(row)
            if let number = said.number {
                families[.init(person: row.integer(0), number: number), default: OrderFamily()].add(said)
            } else if case .placing(let placed) = said.what {
                shelves[row.integer(0), default: OrderShelf()].add(
                    OrderFact(placed, OrderMoney(placed, at: said.at), source: said.source, at: said.at, said.ref))
            }
        }
        for (key, family) in families.sorted(by: { ($0.key.person, $0.key.number) < ($1.key.person, $1.key.number) }) {
            shelves[key.person, default: OrderShelf()].set(family.orders(), under: key.number)
        }
        return shelves
    }

    public func fingerprint(of person: PersonID, in db: Connection) throws -> String {
        let facts = try OrderShelf.read([person], in: db)[person]?.facts ?? OrderFacts()
        return (facts.orders.map { "\($0)" } + facts.awaited.map { "awaited \($0)" }).joined(separator: "\n")
    }

    /// Settles the orders of a database that has none settled, slice by slice of its people.
    static func fill(in db: Connection) throws {
        var after: PersonID = 0
        while true {
            let people = try db.all("SELECT id FROM people WHERE id > \(after) AND state = 0 ORDER BY id LIMIT 2000") {
                $0.integer(0)
            }
            guard let last = people.last else { return }
            try OrderShelf.write(settled(people, in: db), in: db)
            after = last
        }
    }
}

/// What an event says of an order. Rows have person, name of the kind, source, moment, partition, position, properties.
private struct Said {
    enum What {
        case placing(PlacedOrder)
        case sequel(OrderMoney.Event)
    }

    let what: What
    let number: String?
    let source: Int64
    let at: Timestamp
    let ref: EventRef

    init(_ row: Row) throws {
        (source, at) = (row.integer(2), row.timestamp(3))
        ref = EventRef(partition: row.int(4), position: row.integer(5))
        let kind = row.text(1)
        if kind == OrderFamily.placing {
            // Of what is taken off later it matters which product it was.
            let placed = try PlacedOrder(parsing: row.text(6), naming: true)
            (what, number) = (.placing(placed), placed.number)
        } else {
            let properties = try JSONValue(parsing: row.text(6))
            what = .sequel(.init(kind: kind, at: at, properties: properties))
            number = PlacedOrder.number(of: properties)
        }
    }
}

extension OrderFamily {
    fileprivate mutating func add(_ said: Said) {
        switch said.what {
        case .placing(let placed): add(placed, source: said.source, at: said.at, said.ref)
        case .sequel(let event): add(event, source: said.source, said.ref)
        }
    }
}
