import RapportCore

/// Amounts of an order's properties, decimals of the unit, in minor units of its currency.
struct OrderAmounts {
    /// How many decimals the currency has.
    let exponent: Int

    init(currency: String?) { exponent = Currency.exponent(of: currency) }

    func amount(_ properties: JSONValue, _ name: String) -> Int64? {
        guard let value = properties[name] else { return nil }
        switch value {
        case .integer(let number): return ScaledInteger.parse(String(number), scale: exponent)
        case .decimal(let text), .string(let text): return ScaledInteger.parse(text, scale: exponent)
        default: return nil
        }
    }
}

/// A line of an order: so many pieces of a product. Price, cost, discount and tax are of one piece, of one piece, and of the line.
struct OrderLine: Sendable {
    /// Pieces are counted in thousandths: 1.5 kg is 1,500.
    static let piece: Int64 = 1_000

    var product: String?
    var quantity: Int64
    var hasQuantity: Bool
    /// Of the whole line.
    var amount: Int64?
    /// Of one piece.
    var cost: Int64?
    var tax: Int64?
    var discount: Int64?
    var isCancelled: Bool
    private let placed: Int64

    init(_ line: JSONValue, _ reader: OrderAmounts) {
        let state = line["state"]?.string.map(Text.folded)
        self.init(
            product: OrderLineMembers.productNames.lazy.compactMap { line[$0]?.plainKey }.first,
            stated: OrderLineMembers.quantityNames.lazy.compactMap { line[$0] }.first
                .flatMap { ScaledInteger.parse($0.plainKey ?? "", scale: 3) },
            total: reader.amount(line, "total"), price: reader.amount(line, "price"),
            discount: reader.amount(line, "discount"), cost: reader.amount(line, "cost"), tax: reader.amount(line, "tax"),
            isCancelled: state == "cancelled" || state == "canceled")
    }

    /// - Parameters:
    ///   - stated: how many thousandths of a piece; one piece where nothing is said.
    ///   - total: of the line; else its pieces at `price`, less `discount`.
    init(
        product: String?, stated: Int64?, total: Int64?, price: Int64?, discount: Int64?, cost: Int64?, tax: Int64?,
        isCancelled: Bool
    ) {
        self.product = product
        hasQuantity = stated != nil
        let pieces = max(0, stated ?? Self.piece)
        quantity = pieces
        placed = pieces
        amount = total ?? price.map { Self.times($0, pieces) &- (discount ?? 0) }
        self.cost = cost
        self.tax = tax
        self.discount = discount
        self.isCancelled = isCancelled
    }

    /// What so many of its pieces came to.
    func amount(of pieces: Int64) -> Int64 { amount.map { OrderMoney.share(of: $0, pieces, max(1, placed)) } ?? 0 }

    /// What is left of lines, and what was placed: by their amounts, or by their pieces where one has none.
    static func left(of lines: [OrderLine]) -> (left: Int64, placed: Int64) {
        if lines.allSatisfy({ ($0.amount ?? 0) > 0 }) {
            return lines.reduce((0, 0)) { ($0.0 &+ $1.amount(of: $1.quantity), $0.1 &+ ($1.amount ?? 0)) }
        }
        return lines.reduce((0, 0)) { ($0.0 &+ max(0, $1.quantity), $0.1 &+ $1.placed) }
    }

    /// The amount of so many thousandths of a piece, rounded half away from zero.
    static func times(_ each: Int64, _ quantity: Int64) -> Int64 {
        let product = Int128(each) * Int128(quantity)
        return Int64(clamping: (product + (product < 0 ? -500 : 500)) / 1_000)
    }
}
