public import RapportCore

/// What most analyses ask of an order that is kept (`OrderFact`), read in place: no text and no list is made of it.
public struct OrderGlance: Sendable, Hashable {
    /// A currency's code as a number; 0: none is named.
    public typealias Code = UInt64

    public let placedAt: Timestamp
    /// As `code(of:)` has it; `.max` for one that is too long for a number.
    public let currency: Code
    /// Revenue in minor units; `nil` where the order has no total. Refunds in other currencies are not yet taken off.
    public let net: Int64?
    public let isCancelled: Bool
    public let hasForeignRefunds: Bool
    /// As `OrderFact` has them.
    public let cost: Int64
    public let linesWithoutCost: Int
    public let isDiscounted: Bool?
    /// When anything was last said under its number; `nil` where nothing but its placing is.
    public let changedAt: Timestamp?

    /// - Throws: `Problem` `order_facts.damaged` for bytes that `OrderFact.write(to:)` did not write.
    public init(from reader: inout OrderBytes) throws {
        let marks = OrderFact.Marks(rawValue: try reader.unsigned())
        guard marks.isSubset(of: .all) else { throw OrderFacts.damaged }
        let placed = try reader.signed()
        placedAt = Timestamp(milliseconds: placed)
        // The source, and the event's partition and position.
        for _ in 0..<3 { _ = try reader.unsigned() }
        currency = marks.contains(.currency) ? Self.code(try reader.text()) : 0
        net = marks.contains(.net) ? try reader.signed() : nil
        if marks.contains(.number) { _ = try reader.text() }
        changedAt = marks.contains(.changed) ? Timestamp(milliseconds: placed &+ (try reader.signed())) : nil
        cost = marks.contains(.cost) ? try reader.signed() : 0
        linesWithoutCost = marks.contains(.linesWithoutCost) ? Int(truncatingIfNeeded: try reader.integer()) : 0
        isDiscounted = marks.contains(.knowsDiscount) ? marks.contains(.discounted) : nil
        isCancelled = marks.contains(.cancelled)
        hasForeignRefunds = marks.contains(.foreignRefunds)
        guard hasForeignRefunds else { return }
        for _ in 0..<(try reader.count()) {
            _ = try reader.signed()
            _ = try reader.text()
            _ = try reader.signed()
        }
    }

    /// The code of a currency as a number: its bytes, the first lowest, and how many there are.
    public static func code(of currency: String?) -> Code {
        guard var text = currency else { return 0 }
        return text.withUTF8 { code($0) }
    }

    private static func code(_ text: UnsafeBufferPointer<UInt8>) -> Code {
        guard text.count < 7 else { return .max }
        var code = Code(text.count + 1) << 56
        for (place, byte) in text.enumerated() { code |= Code(byte) << Code(8 * place) }
        return code
    }
}
