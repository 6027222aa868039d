import RapportCore

/// Amounts of an order's properties, decimals of the unit, in minor units of its currency.
struct OrderAmounts {
    let currency: String?

    func amount(_ properties: JSONValue, _ name: String) -> Int64? {
        guard let value = properties[name] else { return nil }
        let exponent = Currency.exponent(of: currency)
        switch value {
        case .integer(let number): return ScaledInteger.parse(String(number), scale: exponent)
        case .decimal(let text), .string(let text): return ScaledInteger.parse(text, scale: exponent)
        default: return nil
        }
    }
}

/// A line of an order: so many pieces of a product. Price, cost, discount and tax are of one piece, of one piece, and of the line.
struct OrderLine {
    /// Pieces are counted in thousandths: 1.5 kg is 1,500.
    static let piece: Int64 = 1_000

    var product: String?
    var quantity: Int64
    var hasQuantity: Bool
    /// Of the whole line.
    var amount: Int64?
    /// Of one piece.
    var cost: Int64?
    var isCancelled: Bool
    private let placed: Int64

    init(_ line: JSONValue, _ reader: OrderAmounts) {
        product = ["product", "sku", "product_id", "variant", "name"].lazy.compactMap { line[$0]?.plain }.first
        let stated = ["quantity", "qty", "items"].lazy.compactMap { line[$0] }.first
            .flatMap { ScaledInteger.parse($0.plain ?? "", scale: 3) }
        hasQuantity = stated != nil
        quantity = max(0, stated ?? Self.piece)
        placed = quantity
        let discount = reader.amount(line, "discount") ?? 0
        amount =
            reader.amount(line, "total")
            ?? reader.amount(line, "price").map { [quantity] in Self.times($0, quantity) &- discount }
        cost = reader.amount(line, "cost")
        let state = line["state"]?.string.map(Text.folded)
        isCancelled = state == "cancelled" || state == "canceled"
    }

    /// What so many of its pieces came to.
    func amount(of pieces: Int64) -> Int64 { amount.map { OrderMoney.share(of: $0, pieces, max(1, placed)) } ?? 0 }

    /// The amount of so many thousandths of a piece, rounded half away from zero.
    static func times(_ each: Int64, _ quantity: Int64) -> Int64 {
        let product = Int128(each) * Int128(quantity)
        return Int64(clamping: (product + (product < 0 ? -500 : 500)) / 1_000)
    }
}
