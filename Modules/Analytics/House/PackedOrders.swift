import RapportCore
import RapportStorage

/// Orders by person and time, packed as they are kept: those of a million people are some two hundred megabytes.
public struct PackedOrders: Sequence, Sendable {
    /// Each order's person before it. What is of one person is in one piece.
    private var pieces: [[UInt8]] = []
    public private(set) var count = 0
    /// The codes that occur.
    public private(set) var currencies: Set<String> = []
    /// The codes of refunds in other currencies than their order's.
    private(set) var refundCurrencies: Set<String> = []
    private var known: Set<OrderGlance.Code> = [0]
    private var lastCurrency: OrderGlance.Code = 0
    private var lastPerson: PersonID = 0
    /// Where the last person's orders begin in the last piece.
    private var start = 0

    private static let piece = 1 << 20

    public var isEmpty: Bool { count == 0 }

    init() {}

    /// - Parameter orders: by person and time.
    init(_ orders: [HouseOrders.Order]) {
        for order in orders { add(order.fact, of: order.person) }
    }

    /// - Parameters:
    ///   - others: by person and time: all that there is of `people`, in the place of what `kept` has of them.
    init(merging kept: PackedOrders, with others: [HouseOrders.Order], of people: Set<PersonID>) {
        var next = 0
        for order in kept where !people.contains(order.person) {
            while next < others.count, others[next].person < order.person {
                add(others[next].fact, of: others[next].person)
                next += 1
            }
            add(order.fact, of: order.person)
        }
        for order in others[next...] { add(order.fact, of: order.person) }
    }

    mutating func add(_ order: OrderFact, of person: PersonID) {
        var writer = CompactWriter(reserving: 64)
        order.write(to: &writer)
        writer.bytes.withUnsafeBufferPointer { put($0, of: person) }
        if let currency = order.currency { currencies.insert(currency) }
        for refund in order.foreignRefunds { refundCurrencies.insert(refund.currency) }
    }

    /// - Parameter bytes: the order, as it is kept.
    mutating func add(_ order: OrderGlance, as bytes: UnsafeBufferPointer<UInt8>, of person: PersonID) throws {
        put(bytes, of: person)
        guard order.currency != lastCurrency || order.hasForeignRefunds else { return }
        lastCurrency = order.currency
        // What is new is read whole; so is a code that is too long to be told apart.
        guard order.hasForeignRefunds || order.currency == .max || known.insert(order.currency).inserted else { return }
        var reader = CompactReader(Array(bytes))
        let whole = try OrderFact(from: &reader)
        if let currency = whole.currency { currencies.insert(currency) }
        for refund in whole.foreignRefunds { refundCurrencies.insert(refund.currency) }
    }

    private mutating func put(_ bytes: UnsafeBufferPointer<UInt8>, of person: PersonID) {
        if person != lastPerson {
            if (pieces.last?.count ?? Self.piece) >= Self.piece {
                pieces.append([])
                pieces[pieces.count - 1].reserveCapacity(Self.piece + 4_096)
            }
            lastPerson = person
            start = pieces[pieces.count - 1].count
        }
        var rest = UInt64(bitPattern: person)
        while rest >= 0x80 {
            pieces[pieces.count - 1].append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        pieces[pieces.count - 1].append(UInt8(rest))
        pieces[pieces.count - 1].append(contentsOf: bytes)
        count += 1
    }

    /// Puts the last person's orders in order, where they came in several lists.
    mutating func settleLast() {
        guard !pieces.isEmpty else { return }
        var own: [HouseOrders.Order] = []
        var reader = Iterator(pieces: [Array(pieces[pieces.count - 1][start...])])
        while let order = reader.next() { own.append(order) }
        pieces[pieces.count - 1].removeSubrange(start...)
        count -= own.count
        for order in own.sorted(by: { $0.fact.comesBefore($1.fact) }) { add(order.fact, of: order.person) }
    }

    /// What `body` makes of each piece, in their order; several are worked on at once. What is of one person is in one piece.
    func map<Result: Sendable>(_ body: @Sendable (inout Glances) throws -> Result) throws -> [Result] {
        try Parallel.map(pieces.count) { place in
            try pieces[place].withUnsafeBufferPointer { bytes in
                var glances = Glances(bytes)
                return try body(&glances)
            }
        }
    }

    /// Hands over each order at a glance, and how to read all of it.
    func each(_ body: (PersonID, OrderGlance, _ whole: () throws -> OrderFact) throws -> Void) throws {
        for piece in pieces {
            try piece.withUnsafeBufferPointer { bytes in
                var glances = Glances(bytes)
                while let (person, order) = try glances.next() { try body(person, order, glances.whole) }
            }
        }
    }

    public func makeIterator() -> Iterator { Iterator(pieces: pieces) }
    public var underestimatedCount: Int { count }

    public struct Iterator: IteratorProtocol {
        private let pieces: [[UInt8]]
        private var piece = 0
        private var reader = CompactReader([])

        fileprivate init(pieces: [[UInt8]]) { self.pieces = pieces }

        public mutating func next() -> HouseOrders.Order? {
            while reader.isAtEnd {
                guard piece < pieces.count else { return nil }
                reader = CompactReader(pieces[piece])
                piece += 1
            }
            // They were read when they were put here.
            guard let person = try? reader.integer(), let fact = try? OrderFact(from: &reader) else { return nil }
            return HouseOrders.Order(person: person, fact: fact)
        }
    }
}
