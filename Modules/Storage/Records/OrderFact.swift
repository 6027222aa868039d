public import RapportCore

/// What is kept of an order: what it brought as the log has it now, net of tax and of what was given back or cancelled.
public struct OrderFact: Sendable, Hashable {
    public var placedAt: Timestamp
    /// ISO 4217; `nil` where the order names none.
    public var currency: String?
    /// Revenue in minor units; `nil` where the order has no total. Refunds in other currencies are not yet taken off.
    public var net: Int64?
    /// `nil` where the source numbers no orders.
    public var number: String?
    /// What the goods cost that were kept, as far as it is known, in minor units.
    public var cost: Int64
    /// How many lines have no cost; 1 for an order without lines and cost.
    public var linesWithoutCost: Int
    public var foreignRefunds: [OrderMoney.ForeignRefund]
    /// Whether it was bought for less; `nil` where it says nothing of discounts.
    public var isDiscounted: Bool?
    /// Whether nothing of it is left, so that it is none.
    public var isCancelled: Bool
    /// The event that placed it.
    public var event: EventRef
    public var source: Int64
    /// When anything was last said under its number; `nil` where nothing but its placing is. What was so before is on the log alone.
    public var changedAt: Timestamp?

    public init(
        _ placed: PlacedOrder, _ money: OrderMoney, source: Int64, at moment: Timestamp, _ event: EventRef,
        changedAt: Timestamp? = nil
    ) {
        placedAt = moment
        currency = money.currency
        net = money.revenue
        number = placed.number
        cost = money.cost
        linesWithoutCost = money.linesWithoutCost
        foreignRefunds = money.foreignRefunds
        isDiscounted = placed.isDiscounted
        isCancelled = money.isCancelled
        self.event = event
        self.source = source
        self.changedAt = changedAt
    }

    /// The order in which a person's orders stand.
    public func comesBefore(_ other: OrderFact) -> Bool {
        if placedAt != other.placedAt { return placedAt < other.placedAt }
        return (number ?? "", net ?? 0, event) < (other.number ?? "", other.net ?? 0, other.event)
    }
}

extension OrderFact {
    /// Which members there are.
    struct Marks: OptionSet {
        let rawValue: UInt64
        static let currency = Marks(rawValue: 1)
        static let net = Marks(rawValue: 2)
        static let number = Marks(rawValue: 4)
        static let knowsDiscount = Marks(rawValue: 8)
        static let discounted = Marks(rawValue: 16)
        static let cancelled = Marks(rawValue: 32)
        static let changed = Marks(rawValue: 64)
        static let cost = Marks(rawValue: 128)
        static let linesWithoutCost = Marks(rawValue: 256)
        static let foreignRefunds = Marks(rawValue: 512)
        static let all = Marks(rawValue: 1_023)
    }

    private var marks: Marks {
        var marks: Marks = []
        if currency != nil { marks.insert(.currency) }
        if net != nil { marks.insert(.net) }
        if number != nil { marks.insert(.number) }
        if isDiscounted != nil { marks.insert(.knowsDiscount) }
        if isDiscounted == true { marks.insert(.discounted) }
        if isCancelled { marks.insert(.cancelled) }
        if changedAt != nil { marks.insert(.changed) }
        if cost != 0 { marks.insert(.cost) }
        if linesWithoutCost != 0 { marks.insert(.linesWithoutCost) }
        if !foreignRefunds.isEmpty { marks.insert(.foreignRefunds) }
        return marks
    }

    /// Some thirty bytes.
    public func write(to writer: inout CompactWriter) {
        writer.write(marks.rawValue)
        writer.write(signed: placedAt.milliseconds)
        writer.write(source)
        writer.write(count: event.partition)
        writer.write(event.position)
        if let currency { writer.write(text: currency) }
        if let net { writer.write(signed: net) }
        if let number { writer.write(text: number) }
        if let changedAt { writer.write(signed: changedAt.milliseconds &- placedAt.milliseconds) }
        if cost != 0 { writer.write(signed: cost) }
        if linesWithoutCost != 0 { writer.write(count: linesWithoutCost) }
        guard !foreignRefunds.isEmpty else { return }
        writer.write(count: foreignRefunds.count)
        for refund in foreignRefunds {
            writer.write(signed: refund.amount)
            writer.write(text: refund.currency)
            writer.write(signed: refund.at.milliseconds)
        }
    }

    /// - Throws: `Problem` for bytes that `write(to:)` did not write.
    public init(from reader: inout CompactReader) throws {
        let marks = Marks(rawValue: try reader.unsigned())
        guard marks.isSubset(of: .all) else { throw OrderFacts.damaged }
        placedAt = Timestamp(milliseconds: try reader.signed())
        source = try reader.integer()
        event = EventRef(partition: Int(truncatingIfNeeded: try reader.integer()), position: try reader.integer())
        currency = marks.contains(.currency) ? try reader.text() : nil
        net = marks.contains(.net) ? try reader.signed() : nil
        number = marks.contains(.number) ? try reader.text() : nil
        changedAt =
            marks.contains(.changed) ? Timestamp(milliseconds: placedAt.milliseconds &+ (try reader.signed())) : nil
        cost = marks.contains(.cost) ? try reader.signed() : 0
        linesWithoutCost = marks.contains(.linesWithoutCost) ? Int(truncatingIfNeeded: try reader.integer()) : 0
        foreignRefunds = []
        isDiscounted = marks.contains(.knowsDiscount) ? marks.contains(.discounted) : nil
        isCancelled = marks.contains(.cancelled)
        guard marks.contains(.foreignRefunds) else { return }
        for _ in 0..<(try reader.count()) {
            foreignRefunds.append(
                OrderMoney.ForeignRefund(
                    amount: try reader.signed(), currency: try reader.text(),
                    at: Timestamp(milliseconds: try reader.signed())))
        }
    }
}
