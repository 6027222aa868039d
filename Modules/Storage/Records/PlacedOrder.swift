public import RapportCore

/// What the event that placed an order says of its money: amounts in minor units of its currency.
public struct PlacedOrder: Sendable {
    /// As the source numbers it.
    public var number: String?
    /// ISO 4217; `nil` where the order names none.
    public var currency: String?
    var total: Int64?
    var shipping: Int64?
    var tax: Int64?
    var cost: Int64?
    var discount: Int64?
    var hasCoupon = false
    var lines: [OrderLine] = []

    /// Whether it was bought for less, by a coupon or a discount on it or its lines; `nil` where it says nothing of discounts.
    public var isDiscounted: Bool? {
        if hasCoupon { return true }
        if let discount { return discount > 0 }
        let ofLines = lines.compactMap(\.discount)
        return ofLines.isEmpty ? nil : ofLines.contains { $0 > 0 }
    }

    public init(_ properties: JSONValue) {
        number = Self.number(of: properties)
        currency = properties["currency"]?.string?.uppercased()
        let reader = OrderAmounts(currency: currency)
        total = reader.amount(properties, "total")
        shipping = reader.amount(properties, "shipping")
        tax = reader.amount(properties, "tax")
        cost = reader.amount(properties, "cost")
        discount = reader.amount(properties, "discount")
        hasCoupon = properties["coupon"]?.string.map { !$0.isEmpty } ?? false
        lines = (properties["lines"]?.array ?? []).map { OrderLine($0, reader) }
    }

    /// The number of the order that an event is of; an empty text is none.
    public static func number(of properties: JSONValue) -> String? {
        properties["order"].flatMap { $0.string ?? $0.integer.map(String.init) }.flatMap { $0.isEmpty ? nil : $0 }
    }
}
