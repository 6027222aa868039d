/// A segment's expression, read and checked: the one definition from which the population query, live membership and its
/// explanation come.
public struct SegmentExpression: Sendable, Hashable {
    let syntax: SegmentSyntax
    public let condition: SegmentCondition
    /// What can change its answer.
    public let needs: SegmentNeeds

    /// - Throws: `Problem` `segment.*` whose place points at the character; `Problem.pointer(into:)` draws the caret.
    public init(_ text: String, schema: SegmentSchema) throws {
        syntax = try SegmentParser.parse(text)
        var checker = SegmentChecker(source: SegmentSource(text), schema: schema)
        condition = try checker.condition(syntax)
        needs = SegmentNeeds(condition)
    }

    /// The expression in its one canonical spelling.
    public var text: String { syntax.text }

    /// The names of the segments that an expression mentions, without checking it, for putting definitions in order.
    public static func segmentsNamed(in text: String) throws -> Set<String> {
        var names: Set<String> = []
        try SegmentParser.parse(text).visit { syntax in
            if case .call("segment", let arguments) = syntax.shape, case .expression(let name)? = arguments.first?.value,
                case .text(let text) = name.shape
            {
                names.insert(text)
            }
        }
        return names
    }

    /// The folded texts and currencies in an expression, whose numbers among the symbols checking needs.
    public static func literals(in text: String) throws -> Set<String> {
        var texts: Set<String> = []
        try SegmentParser.parse(text).visit { syntax in
            switch syntax.shape {
            case .text(let text): texts.insert(Text.folded(text))
            case .money(let currency, _, _): texts.insert(Text.folded(currency))
            case .name(let name) where name.isCurrencyCode: texts.insert(Text.folded(name))
            default: break
            }
        }
        return texts
    }

    /// Whether a person with these facts is in the segment.
    public func holds(for facts: PersonFacts, at now: Timestamp, house: TimeZoneRules) -> Bool {
        SegmentEvaluator(facts: facts, now: now, house: house).holds(condition)
    }

    /// The earliest moment after `now` at which the answer may change by time alone, while the facts stay as they are:
    /// exact or earlier, never later. `nil`: never.
    public func nextChange(for facts: PersonFacts, after now: Timestamp, house: TimeZoneRules) -> Timestamp? {
        guard needs.changesByTime else { return nil }
        let evaluator = SegmentEvaluator(facts: facts, now: now, house: house)
        return evaluator.nextChange(of: condition, from: evaluator.holds(condition))
    }
}
