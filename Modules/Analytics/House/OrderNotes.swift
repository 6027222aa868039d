import RapportCore
import RapportStorage

/// What the events that placed orders say beside their total: the discount, a coupon, the cost of the goods.
struct OrderNotes {
    struct Note {
        /// In minor units; `nil` where the order says nothing of discounts.
        var discount: Int64?
        var hasCoupon: Bool
        var cost: Int64?

        /// `nil`: unknown.
        var isDiscounted: Bool? { hasCoupon ? true : discount.map { $0 > 0 } }
    }

    private(set) var notes: [EventRef: Note] = [:]

    static func read(_ catalog: Catalog, in db: Connection) throws -> OrderNotes {
        var out = OrderNotes()
        guard let kind = try catalog.existingKind("order.placed", in: db) else { return out }
        try db.stream(
            "SELECT events.partition, events.position, events.properties FROM events WHERE events.kind = \(kind.id) AND events.person <> 0"
        ) { row in
            var text = row.text(2)
            // Most say nothing of it, and reading JSON takes a hundred times as long as looking.
            let speaks = text.withUTF8 { bytes in
                ["\"discount\"", "\"coupon\"", "\"cost\""].contains { contains(bytes, Array($0.utf8)) }
            }
            guard speaks, let note = Note(try JSONValue(parsing: text)) else { return }
            out.notes[EventRef(partition: row.int(0), position: row.integer(1))] = note
        }
        return out
    }

    private static func contains(_ bytes: UnsafeBufferPointer<UInt8>, _ needle: [UInt8]) -> Bool {
        guard bytes.count >= needle.count else { return false }
        for start in 0...(bytes.count - needle.count) where bytes[start] == needle[0] && bytes[start + 1] == needle[1] {
            if (2..<needle.count).allSatisfy({ bytes[start + $0] == needle[$0] }) { return true }
        }
        return false
    }
}

extension OrderNotes.Note {
    /// `nil` where the properties say nothing of the sort.
    init?(_ properties: JSONValue) {
        let scale = Currency.exponent(of: properties["currency"]?.string)
        func amount(_ name: String) -> Int64? {
            switch properties[name] {
            case .integer(let number): ScaledInteger.parse(String(number), scale: scale)
            case .decimal(let text), .string(let text): ScaledInteger.parse(text, scale: scale)
            default: nil
            }
        }
        let coupon = properties["coupon"]?.string.map { !$0.isEmpty } ?? false
        self.init(discount: amount("discount"), hasCoupon: coupon, cost: amount("cost"))
        if discount == nil, !coupon, cost == nil { return nil }
    }
}
