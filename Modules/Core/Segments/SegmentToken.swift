/// A word of the segment language and where it stands.
struct SegmentToken: Equatable {
    enum Kind: Equatable {
        /// A name, dotted or plain, and every keyword: `order.placed`, `and`.
        case name(String)
        /// `50.00` is 5000 with scale 2.
        case number(units: Int64, scale: Int)
        case text(String)
        case date(CivilDate)
        /// `( ) , : * % = != < <= > >=`
        case symbol(String)
        case end
    }

    var kind: Kind
    var span: SegmentSpan

    /// As a reader would call it in an error.
    var words: String {
        switch kind {
        case .name(let name): "\"\(name)\""
        case .number: "a number"
        case .text: "a text"
        case .date: "a date"
        case .symbol(let symbol): "\"\(symbol)\""
        case .end: "the end"
        }
    }
}

/// A piece of an expression's text: character offsets, half-open.
public struct SegmentSpan: Sendable, Hashable {
    public var lower: Int
    public var upper: Int

    public init(lower: Int, upper: Int) {
        self.lower = lower
        self.upper = upper
    }

    func joined(_ other: SegmentSpan) -> SegmentSpan { .init(lower: lower, upper: max(upper, other.upper)) }
}
