/// A figure of everybody's events, or of a segment, in the language of segments:
///
///     count(order.placed, store: "Paris")       people(order.placed)       sum(order.placed.total, EUR)
///     mean(survey.answered.score, where survey in ("csat", "csat_use"))    segment("loyal")
///
/// It has no window of its own: whoever reckons it says which time is meant.
public struct SegmentFigure: Sendable, Hashable {
    public enum Measure: Sendable, Hashable {
        /// How many events.
        case count
        /// How many different people.
        case people
        case sum(slot: Int)
        /// Events whose slot is empty count for nothing.
        case mean(slot: Int)
        /// How many people are in a segment.
        case members(segment: Int64)
    }

    public let measure: Measure
    /// `nil` for a segment's members.
    public let events: SegmentEvents?
    /// Decimals of the slot's whole numbers.
    public let digits: Int
    /// ISO 4217, of amounts.
    public let currency: String?
    /// The segment's name.
    public let segment: String?

    private static let names = ["count", "mean", "people", "segment", "sum"]

    /// - Throws: `Problem` `segment.*` whose place points at the character.
    public init(_ text: String, schema: SegmentSchema) throws {
        let source = SegmentSource(text)
        let syntax = try SegmentParser.parse(text)
        guard case .call(let name, let arguments) = syntax.shape, Self.names.contains(name) else {
            let near: String? =
                if case .call(let name, _) = syntax.shape { Spelling.nearest(to: name, in: Self.names) } else { nil }
            throw source.problem(
                "segment.figure", "a figure is count(), people(), sum(), mean() or segment()", at: syntax.span,
                remedy: near.map { "Did you mean \"\($0)\"?" } ?? "Write count(order.placed), for one.")
        }
        var checker = SegmentChecker(source: source, schema: schema)
        func call(_ name: String) -> SegmentSyntax { SegmentSyntax(shape: .call(name, arguments), span: syntax.span) }
        switch name {
        case "segment":
            guard case .member(let number) = try checker.condition(syntax) else {
                throw source.problem("segment.figure", "segment() takes the name of a segment", at: syntax.span)
            }
            measure = .members(segment: number)
            (events, digits, currency) = (nil, 0, nil)
            segment = schema.segments.first { $0.value == number }?.key
            return
        case "count", "people":
            guard case .count(let counted) = try checker.value(call("count")).quantity else {
                throw source.problem("segment.figure", "\(name)() begins with an event", at: syntax.span)
            }
            measure = name == "count" ? .count : .people
            (events, digits, currency) = (counted, 0, nil)
        default:
            let typed = try checker.value(call("sum"))
            guard case .sum(let added, let slot) = typed.quantity else {
                throw source.problem("segment.figure", "\(name)() begins with a property of an event", at: syntax.span)
            }
            measure = name == "sum" ? .sum(slot: slot) : .mean(slot: slot)
            events = added
            switch typed.type {
            case .decimal(let scale): (digits, currency) = (scale, nil)
            case .money(let code): (digits, currency) = (Currency.exponent(of: code), code)
            default: (digits, currency) = (0, nil)
            }
        }
        segment = nil
        guard events?.window == nil else {
            throw source.problem(
                "segment.figure", "a figure has no window of its own", at: syntax.span,
                remedy: "Leave it out: the time is said beside the figure.")
        }
    }

    /// Some events: `order.placed`, or `call.held(direction: "inbound")`.
    ///
    /// - Throws: `Problem` `segment.*` whose place points at the character.
    public static func events(_ text: String, schema: SegmentSchema) throws -> SegmentEvents {
        let source = SegmentSource(text)
        let syntax = try SegmentParser.parse(text)
        let (kind, rest): (String, [SegmentSyntax.Argument])
        switch syntax.shape {
        case .name(let name): (kind, rest) = (name, [])
        case .call(let name, let arguments): (kind, rest) = (name, arguments)
        default:
            throw source.problem(
                "segment.events", "events were expected", at: syntax.span,
                remedy: "Write order.placed, or call.held(direction: \"inbound\").")
        }
        let name = SegmentSyntax(shape: .name(kind), span: syntax.span)
        let first = SegmentSyntax.Argument(label: nil, value: .expression(name), span: syntax.span)
        var checker = SegmentChecker(source: source, schema: schema)
        let whole = SegmentSyntax(shape: .call("count", [first] + rest), span: syntax.span)
        guard case .count(let events) = try checker.value(whole).quantity, events.window == nil else {
            throw source.problem("segment.events", "events have no window here", at: syntax.span)
        }
        return events
    }
}
