import RapportCore

extension PlacedOrder {
    /// The same of JSON text, which is read whole only where it has escapes in what matters.
    ///
    /// - Parameter naming: whether the lines' products are wanted; names are memory.
    /// - Throws: `Problem` `json.invalid`.
    public init(parsing text: UnsafeBufferPointer<UInt8>, naming: Bool) throws {
        if let scanned = JSONPiece(text).flatMap({ PlacedOrder($0, naming: naming) }) {
            self = scanned
        } else {
            self.init(try JSONValue(parsing: text))
        }
    }

    /// The same of a text of its own.
    ///
    /// - Throws: `Problem` `json.invalid`.
    init(parsing text: String, naming: Bool) throws {
        var text = text
        self = try text.withUTF8 { try PlacedOrder(parsing: $0, naming: naming) }
    }

    private struct Members {
        var order, currency, total, shipping, tax, cost, discount, coupon, lines: JSONPiece?

        mutating func take(_ name: UnsafeBufferPointer<UInt8>, _ value: JSONPiece) {
            switch name.count {
            case 3: if name.spells("tax") { tax = value }
            case 4: if name.spells("cost") { cost = value }
            case 5:
                if name.spells("total") { total = value }
                if name.spells("order") { order = value }
                if name.spells("lines") { lines = value }
            case 6: if name.spells("coupon") { coupon = value }
            case 8:
                if name.spells("currency") { currency = value }
                if name.spells("shipping") { shipping = value }
                if name.spells("discount") { discount = value }
            default: break
            }
        }
    }

    /// `nil` for what must be read whole.
    private init?(_ text: JSONPiece, naming: Bool) {
        var members = Members()
        guard text.eachMember({ members.take($0, $1) }) else { return nil }
        if let order = members.order, order.isString || order.isNumber {
            guard let key = order.plainKey else { return nil }
            number = key.isEmpty ? nil : key
        }
        if let code = members.currency, code.isString {
            guard let plain = code.plainString else { return nil }
            currency = Self.uppercased(plain)
        }
        if let coupon = members.coupon, coupon.isString {
            guard let plain = coupon.plainString else { return nil }
            hasCoupon = !plain.isEmpty
        }
        let reader = OrderAmounts(currency: currency)
        total = members.total.flatMap(reader.amount)
        shipping = members.shipping.flatMap(reader.amount)
        tax = members.tax.flatMap(reader.amount)
        cost = members.cost.flatMap(reader.amount)
        discount = members.discount.flatMap(reader.amount)
        guard let array = members.lines, array.isArray else { return }
        let areRead = array.eachItem { item in
            guard let line = OrderLine(item, reader, naming: naming) else { return false }
            lines.append(line)
            return true
        }
        guard areRead else { return nil }
    }

    private static func uppercased(_ code: UnsafeBufferPointer<UInt8>) -> String {
        let text = String(decoding: code, as: UTF8.self)
        return code.allSatisfy { (0x41...0x5A).contains($0) } ? text : text.uppercased()
    }
}

extension OrderLine {
    /// `nil` for a line that must be read whole: one with escapes in what matters.
    fileprivate init?(_ line: JSONPiece, _ reader: OrderAmounts, naming: Bool) {
        guard line.isObject else {
            self.init(.null, reader)
            return
        }
        guard let members = OrderLineMembers(line) else { return nil }
        var product: String?
        if naming {
            for key in members.products where product == nil {
                guard let key, key.isString || key.isNumber else { continue }
                guard let plain = key.plainKey else { return nil }
                product = plain.isEmpty ? nil : plain
            }
        }
        var isCancelled = false
        if let state = members.state, state.isString {
            guard let plain = state.plainString else { return nil }
            isCancelled = Self.isCancelled(plain)
        }
        self.init(
            product: product,
            stated: members.quantity.flatMap { OrderAmounts.scaled($0, 3) },
            total: members.total.flatMap(reader.amount), price: members.price.flatMap(reader.amount),
            discount: members.discount.flatMap(reader.amount), cost: members.cost.flatMap(reader.amount),
            tax: members.tax.flatMap(reader.amount), isCancelled: isCancelled)
    }

    private static func isCancelled(_ state: UnsafeBufferPointer<UInt8>) -> Bool {
        if state.count < 8 { return false }
        let folded = Text.folded(String(decoding: state, as: UTF8.self))
        return folded == "cancelled" || folded == "canceled"
    }
}

extension OrderAmounts {
    func amount(_ value: JSONPiece) -> Int64? { Self.scaled(value, exponent) }

    /// What a number, or a text that is one, says; `nil` for anything else. No number needs an escape.
    static func scaled(_ value: JSONPiece, _ scale: Int) -> Int64? {
        (value.literal ?? value.plainString).flatMap { ScaledInteger.parse($0, scale: scale) }
    }
}

extension JSONPiece {
    /// A text without escapes or a number, as a key is kept; `nil` where it must be read to be known.
    fileprivate var plainKey: String? {
        if let plain = plainString { return String(decoding: plain, as: UTF8.self) }
        // What is no whole number of 64 bits, and "-0", are written differently when read.
        guard let literal, literal.count <= 18, literal.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return String(decoding: literal, as: UTF8.self)
    }
}
