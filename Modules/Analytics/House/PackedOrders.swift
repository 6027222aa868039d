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
    private var lastCurrency: String?
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
        add(order, as: writer.bytes[...], of: person)
    }

    /// - Parameter bytes: the order, as it is kept.
    mutating func add(_ order: OrderFact, as bytes: ArraySlice<UInt8>, of person: PersonID) {
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
        if order.currency != lastCurrency, let currency = order.currency {
            currencies.insert(currency)
            lastCurrency = currency
        }
        for refund in order.foreignRefunds { refundCurrencies.insert(refund.currency) }
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
