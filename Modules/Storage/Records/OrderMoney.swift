public import RapportCore

/// What an order brought and what its goods cost, from what was said of it, in minor units of its currency.
///
/// Revenue is what was placed less cancelled lines, refunds and the tax in what is left; shipping that the customer paid is part of
/// it. The cost of goods is that of the lines that were neither cancelled nor returned; where lines do not say theirs, it is the part
/// of the order's own cost that falls to what is left of them. What is unknown is said, not guessed.
public struct OrderMoney: Sendable, Hashable {
    /// Something that happened to the order.
    public struct Event: Sendable {
        /// `order.placed`
        public var kind: String
        public var at: Timestamp
        public var properties: JSONValue

        public init(kind: String, at: Timestamp, properties: JSONValue) {
            self.kind = kind
            self.at = at
            self.properties = properties
        }
    }

    /// A refund in another currency than the order's.
    public struct ForeignRefund: Sendable, Hashable {
        public var amount: Int64
        public var currency: String
        public var at: Timestamp
    }

    /// ISO 4217; `nil` where the order names none.
    public var currency: String?
    /// What was placed, with tax and shipping; `nil` where neither a total nor priced lines say it.
    public var total: Int64?
    public var shipping: Int64 = 0
    public var cancelled: Int64 = 0
    public var refunded: Int64 = 0
    public var foreignRefunds: [ForeignRefund] = []
    /// The tax in what is left.
    public var tax: Int64 = 0
    /// Of the goods whose cost is known.
    public var cost: Int64 = 0
    /// How many lines have no cost; 1 for an order without lines and cost.
    public var linesWithoutCost = 0
    /// Whether all of it was cancelled.
    public var isCancelled = false

    /// What is left, without tax; refunds in other currencies are not yet taken off.
    public var revenue: Int64? { total.map { max(0, $0 &- cancelled &- refunded) &- tax } }

    /// - Parameters:
    ///   - events: in the order of their time.
    ///   - costs: what one piece of a product costs, in minor units of the currency, by the key of a line's product.
    public init(
        _ events: [Event], costs: (_ product: String, _ currency: String?, _ at: Timestamp) -> Int64? = { _, _, _ in nil }
    ) {
        guard let placed = events.last(where: { $0.kind == "order.placed" }) else {
            self.init(currency: events.first?.properties["currency"]?.string?.uppercased())
            return
        }
        self.init(PlacedOrder(placed.properties), at: placed.at, events, costs: costs)
    }

    /// Of what was never placed.
    private init(currency: String?) { self.currency = currency }

    /// - Parameters:
    ///   - order: what was placed last.
    ///   - events: what came of it, in the order of their time.
    public init(
        _ order: PlacedOrder, at moment: Timestamp, _ events: [Event] = [],
        costs: (_ product: String, _ currency: String?, _ at: Timestamp) -> Int64? = { _, _, _ in nil }
    ) {
        currency = order.currency
        var lines = order.lines
        shipping = order.shipping ?? 0
        let sum = lines.reduce(nil as Int64?) { sum, line in line.amount.map { (sum ?? 0) &+ $0 } ?? sum }
        total = order.total ?? sum.map { $0 &+ shipping }

        for index in lines.indices where lines[index].isCancelled {
            cancelled = cancelled &+ (lines[index].amount ?? 0)
            lines[index].quantity = 0
        }
        let reader = OrderAmounts(currency: currency)
        for event in events where event.kind == "order.cancelled" {
            guard let gone = event.properties["lines"]?.array, !gone.isEmpty else {
                isCancelled = true
                continue
            }
            for line in gone.map({ OrderLine($0, reader) }) { take(line, from: &lines) { $0.cancelled = $0.cancelled &+ $1 } }
        }
        if !lines.isEmpty, lines.allSatisfy({ $0.quantity <= 0 }) { isCancelled = true }
        if isCancelled { cancelled = total ?? 0 }
        cancelled = min(cancelled, max(0, total ?? 0))
        settleRefunds(events)
        settleTax(order, events, reader)
        settleCost(order, at: moment, events, lines, reader, costs)
    }

    /// Takes what a line names off the lines that were placed, as many pieces as it says.
    private mutating func take(
        _ gone: OrderLine, from lines: inout [OrderLine], _ note: (inout OrderMoney, Int64) -> Void
    ) {
        guard let index = lines.firstIndex(where: { $0.product == gone.product && $0.quantity > 0 }) else {
            note(&self, gone.amount ?? 0)
            return
        }
        let taken = gone.hasQuantity ? min(gone.quantity, lines[index].quantity) : lines[index].quantity
        note(&self, gone.amount ?? lines[index].amount(of: taken))
        lines[index].quantity -= taken
    }

    private mutating func settleRefunds(_ events: [Event]) {
        for event in events where event.kind == "order.refunded" {
            let other = event.properties["currency"]?.string?.uppercased()
            let own = OrderAmounts(currency: other ?? currency)
            let lines = (event.properties["lines"]?.array ?? []).compactMap { OrderLine($0, own).amount }
            let stated =
                own.amount(event.properties, "amount") ?? own.amount(event.properties, "total")
                ?? (lines.isEmpty ? nil : lines.reduce(0, &+))
            if let stated, let other, let currency, other != currency {
                foreignRefunds.append(ForeignRefund(amount: stated, currency: other, at: event.at))
            } else {
                // A refund without an amount is of the whole.
                refunded = refunded &+ (stated ?? max(0, (total ?? 0) &- cancelled &- refunded))
            }
        }
    }

    /// Tax is given back with what it was paid on, unless a refund says otherwise.
    private mutating func settleTax(_ order: PlacedOrder, _ events: [Event], _ reader: OrderAmounts) {
        let whole = order.tax ?? order.lines.reduce(0) { $0 &+ ($1.tax ?? 0) }
        guard whole > 0, let total, total > 0 else { return }
        var statedBack: Int64 = 0
        var statedOn: Int64 = 0
        for event in events where event.kind == "order.refunded" {
            // What a refund in another currency says of tax is in that.
            let other = event.properties["currency"]?.string?.uppercased()
            guard other == nil || currency == nil || other == currency, let back = reader.amount(event.properties, "tax"),
                let amount = reader.amount(event.properties, "amount")
            else { continue }
            (statedBack, statedOn) = (statedBack &+ back, statedOn &+ amount)
        }
        let rest = max(0, total &- cancelled &- max(0, refunded &- statedOn))
        let left = Self.share(of: whole, rest, total) &- statedBack
        tax = min(max(0, left), max(0, total &- cancelled &- refunded))
    }

    private mutating func settleCost(
        _ order: PlacedOrder, at moment: Timestamp, _ events: [Event], _ lines: [OrderLine], _ reader: OrderAmounts,
        _ costs: (String, String?, Timestamp) -> Int64?
    ) {
        guard !isCancelled else { return }
        var lines = lines
        var hasAllBack = false
        var valueBack: Int64 = 0
        for event in events where event.kind == "order.returned" {
            if let back = event.properties["lines"]?.array, !back.isEmpty {
                for line in back.map({ OrderLine($0, reader) }) { take(line, from: &lines) { _, _ in } }
            } else if let value = reader.amount(event.properties, "total"), let total, value < total {
                valueBack = valueBack &+ value
            } else {
                hasAllBack = true
            }
        }
        guard !hasAllBack else { return }
        if lines.isEmpty {
            guard let whole = order.cost else {
                linesWithoutCost = 1
                return
            }
            guard let total, total > 0 else {
                cost = whole
                return
            }
            cost = Self.share(of: whole, max(0, total &- cancelled &- valueBack), total)
            return
        }
        for line in lines where line.quantity > 0 {
            if let each = line.cost ?? line.product.flatMap({ costs($0, currency, moment) }) {
                cost = cost &+ OrderLine.times(each, line.quantity)
            } else {
                linesWithoutCost += 1
            }
        }
        if linesWithoutCost > 0, let whole = order.cost {
            let (left, placed) = OrderLine.left(of: lines)
            (cost, linesWithoutCost) = (Self.share(of: whole, left, placed), 0)
        }
        if valueBack > 0, let total, total > 0 { cost = Self.share(of: cost, max(0, total &- valueBack), total) }
    }

    /// `amount × part ÷ whole`, rounded half up.
    static func share(of amount: Int64, _ part: Int64, _ whole: Int64) -> Int64 {
        guard whole > 0 else { return 0 }
        return Int64(clamping: (Int128(amount) * Int128(part) * 2 + Int128(whole)) / (Int128(whole) * 2))
    }
}
