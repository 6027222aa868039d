public import RapportCore

/// What an order's line says, not read yet: its members by the names that sources give them.
public struct OrderLineMembers {
    /// What its product may be called, in the order in which that counts.
    public static let productNames = ["product", "sku", "product_id", "variant", "name"]
    /// What says of how many pieces it is, in the order in which that counts.
    public static let quantityNames = ["quantity", "qty", "items"]

    private var product, sku, productID, variant, name: JSONPiece?
    private var stated, qty, items: JSONPiece?
    public private(set) var total, price, discount, cost, tax, state: JSONPiece?

    /// `nil` for what must be read whole: what is no object, and an escape in a member's name.
    public init?(_ line: JSONPiece) {
        guard line.eachMember({ take($0, $1) }) else { return nil }
    }

    /// As `productNames` has them.
    public var products: [JSONPiece?] { [product, sku, productID, variant, name] }
    /// As `quantityNames` has them.
    public var quantities: [JSONPiece?] { [stated, qty, items] }
    /// The first of `quantities` that is there.
    var quantity: JSONPiece? { stated ?? qty ?? items }

    private mutating func take(_ member: UnsafeBufferPointer<UInt8>, _ value: JSONPiece) {
        switch member.count {
        case 3:
            if member.spells("sku") { sku = value }
            if member.spells("qty") { qty = value }
            if member.spells("tax") { tax = value }
        case 4:
            if member.spells("name") { name = value }
            if member.spells("cost") { cost = value }
        case 5:
            if member.spells("total") { total = value }
            if member.spells("price") { price = value }
            if member.spells("items") { items = value }
            if member.spells("state") { state = value }
        case 7:
            if member.spells("product") { product = value }
            if member.spells("variant") { variant = value }
        case 8:
            if member.spells("quantity") { stated = value }
            if member.spells("discount") { discount = value }
        case 10: if member.spells("product_id") { productID = value }
        default: break
        }
    }
}
