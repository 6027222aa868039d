public import RapportCore

/// The orders of one person as they stand in a row of `order_facts`, and the numbers under which something came of an order that is
/// not known yet.
public struct OrderFacts: Sendable, Hashable {
    /// In their order.
    public internal(set) var orders: [OrderFact] = []
    /// In alphabetical order.
    var awaited: [String] = []

    init() {}

    static let damaged = Problem(
        "order_facts.damaged", "what is kept of a person's orders cannot be read",
        remedy: "Check the database with rapport doctor and rapport log verify, and restore a backup")

    func has(_ number: String) -> Bool { awaited.contains(number) || orders.contains { $0.number == number } }

    /// Puts an order in its place: mostly the last.
    mutating func add(_ order: OrderFact) {
        var place = orders.count
        while place > 0, order.comesBefore(orders[place - 1]) { place -= 1 }
        orders.insert(order, at: place)
    }

    mutating func remove(_ number: String) {
        orders.removeAll { $0.number == number }
        awaited.removeAll { $0 == number }
    }

    var bytes: [UInt8] {
        var writer = CompactWriter(reserving: 16 + 40 * orders.count)
        writer.write(count: awaited.count)
        for number in awaited { writer.write(text: number) }
        for order in orders { order.write(to: &writer) }
        return writer.bytes
    }

    /// - Throws: `Problem` `order_facts.damaged`.
    public init(_ bytes: [UInt8]) throws {
        var reader = CompactReader(bytes)
        do {
            awaited = try (0..<(try reader.count())).map { _ in try reader.text() }
            while !reader.isAtEnd { orders.append(try OrderFact(from: &reader)) }
        } catch {
            throw Self.damaged
        }
    }
}

extension OrderFacts {
    /// Reads all of a house's people's orders, by person and part.
    ///
    /// - Parameters:
    ///   - condition: on the column `person`, beginning with WHERE; empty: of all.
    ///   - body: called with each order, its bytes, which are valid within the call, and the number of the person's row that it is in.
    /// - Throws: `Problem` `order_facts.damaged`.
    public static func each(
        _ condition: SQL = "", in db: Connection,
        _ body: (_ person: PersonID, _ part: Int, OrderGlance, UnsafeBufferPointer<UInt8>) throws -> Void
    ) throws {
        try db.stream("SELECT person, part, orders FROM order_facts\(condition) ORDER BY person, part") { row in
            let (person, part) = (row.integer(0), row.int(1))
            try row.withBytes(2) { bytes in
                var reader = OrderBytes(bytes)
                for _ in 0..<(try reader.count()) { _ = try reader.text() }
                while !reader.isAtEnd {
                    let start = reader.at
                    let order = try OrderGlance(from: &reader)
                    try body(person, part, order, UnsafeBufferPointer(rebasing: bytes[start..<reader.at]))
                }
            }
        }
    }
}
