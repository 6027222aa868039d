import RapportCore

/// A person's orders while a step or a refold works on them: the rows of `order_facts`, of which only changed ones are written again.
struct OrderShelf {
    private(set) var parts: [OrderFacts] = []
    private(set) var changed: Set<Int> = []
    /// Of many orders, their numbers.
    private var numbers: Set<String>?

    /// How many orders a row holds, so that a till's own "person" with all its receipts is not written anew with each.
    private static let most = 500
    private static let few = 40

    /// - Parameter part: the next row.
    mutating func append(_ part: OrderFacts) { parts.append(part) }

    mutating func has(_ number: String) -> Bool {
        if parts.count <= 1, parts.first?.orders.count ?? 0 < Self.few { return parts.first?.has(number) ?? false }
        let known = numbers ?? Set(parts.flatMap { $0.awaited + $0.orders.compactMap(\.number) })
        numbers = known
        return known.contains(number)
    }

    mutating func add(_ order: OrderFact) {
        if parts.last.map({ $0.orders.count >= Self.most }) ?? true { parts.append(OrderFacts()) }
        parts[parts.count - 1].add(order)
        changed.insert(parts.count - 1)
        if let number = order.number { numbers?.insert(number) }
    }

    /// Puts what stands under a number in the place of what stood there; where nothing does, more of it is awaited.
    mutating func set(_ orders: [OrderFact], under number: String) {
        var place: Int?
        for part in parts.indices where parts[part].has(number) {
            parts[part].remove(number)
            changed.insert(part)
            place = place ?? part
        }
        guard let place else {
            if orders.isEmpty {
                if parts.isEmpty { parts.append(OrderFacts()) }
                note(awaited: number, in: parts.count - 1)
            }
            for order in orders { add(order) }
            return
        }
        for order in orders { parts[place].add(order) }
        if orders.isEmpty { note(awaited: number, in: place) }
    }

    private mutating func note(awaited number: String, in part: Int) {
        parts[part].awaited.append(number)
        parts[part].awaited.sort()
        changed.insert(part)
        numbers?.insert(number)
    }

    /// All of it, in order.
    var facts: OrderFacts {
        guard parts.count > 1 else { return parts.first ?? OrderFacts() }
        var all = OrderFacts()
        all.awaited = parts.flatMap(\.awaited).sorted()
        all.orders = parts.flatMap(\.orders).sorted { $0.comesBefore($1) }
        return all
    }

    static func read(_ people: [PersonID], in db: Connection) throws -> [PersonID: OrderShelf] {
        var shelves: [PersonID: OrderShelf] = [:]
        try db.each("SELECT person, orders FROM order_facts WHERE person IN \(list: people) ORDER BY person, part") { row in
            shelves[row.integer(0), default: OrderShelf()].append(try OrderFacts(row.bytes(1)))
        }
        return shelves
    }

    /// Writes the rows that have changed.
    static func write(_ shelves: [PersonID: OrderShelf], in db: Connection) throws {
        var rows: [(person: PersonID, part: Int, bytes: [UInt8])] = []
        for (person, shelf) in shelves.sorted(by: { $0.key < $1.key }) {
            for part in shelf.changed.sorted() { rows.append((person, part, shelf.parts[part].bytes)) }
        }
        guard !rows.isEmpty else { return }
        try db.insert(
            into: "order_facts", ["person", "part", "orders"], rows,
            onConflict: "(person, part) DO UPDATE SET orders = excluded.orders"
        ) { row, one in
            row.integer(one.person)
            row.int(one.part)
            row.bytes(one.bytes)
        }
    }
}
