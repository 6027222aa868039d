/// Why a person is in a segment or not: each part of the expression, true or false, with the value it was judged by.
public struct SegmentExplanation: Sendable, Hashable {
    /// The part, in canonical spelling.
    public var text: String
    public var holds: Bool
    /// The person's own value; `nil` where the part has none.
    public var value: Value?
    /// The parts of an `and`, `or` or `not`.
    public var parts: [SegmentExplanation]

    public enum Value: Sendable, Hashable {
        /// `3`, `EUR 120.50`
        case text(String)
        /// People are told it by the house's clocks.
        case moment(Timestamp)
        case missing

        /// As machines read it.
        public var text: String {
            switch self {
            case .text(let text): text
            case .moment(let moment): moment.rfc3339
            case .missing: "missing"
            }
        }
    }
}

extension SegmentExpression {
    /// Judges each part of the expression for a person.
    ///
    /// - Parameter schema: the one that the expression was checked with; it says how values are written.
    public func explain(
        for facts: PersonFacts, at now: Timestamp, house: TimeZoneRules, schema: SegmentSchema
    ) -> SegmentExplanation {
        let evaluator = SegmentEvaluator(facts: facts, now: now, house: house)
        var checker = SegmentChecker(source: SegmentSource(text), schema: schema)
        return explain(syntax, condition, evaluator, &checker)
    }

    private func explain(
        _ syntax: SegmentSyntax, _ condition: SegmentCondition, _ evaluator: SegmentEvaluator, _ checker: inout SegmentChecker
    ) -> SegmentExplanation {
        var parts: [SegmentExplanation] = []
        var value: SegmentExplanation.Value?
        switch (syntax.shape, condition) {
        case (.and(let inner), .all(let conditions)), (.or(let inner), .any(let conditions)):
            for (part, condition) in zip(inner, conditions) { parts.append(explain(part, condition, evaluator, &checker)) }
        case (.not(let inner), .not(let condition)): parts = [explain(inner, condition, evaluator, &checker)]
        case (.compare(let left, _, let right), _): value = words(left.isLiteral ? right : left, evaluator, &checker)
        case (.among(let left, _), _), (.age(let left, _, _), _): value = words(left, evaluator, &checker)
        case (_, .compare(.count(let events), _, _)):
            value = evaluator.value(.count(events)).map { .text(SegmentType.integer.text($0)) }
        case (_, .compare(.age(let subject), _, _)):
            value = evaluator.value(.age(subject)).map { .text(SegmentType.span.text($0)) } ?? .missing
        case (_, .begins(let field, _)), (_, .birthday(let field, _)):
            value = evaluator.value(.field(slot: field)).map { scalar in
                if case .birthday = condition {
                    .text(SegmentType.date.text(scalar))
                } else {
                    .text(SegmentType.text.text(scalar))
                }
            }
        default: break
        }
        return .init(text: syntax.text, holds: evaluator.holds(condition), value: value, parts: parts)
    }

    private func words(_ syntax: SegmentSyntax, _ evaluator: SegmentEvaluator, _ checker: inout SegmentChecker)
        -> SegmentExplanation.Value?
    {
        guard let typed = try? checker.value(syntax) else { return nil }
        guard let value = evaluator.value(typed.quantity) else { return .missing }
        if typed.type == .time, case .number(let number) = value { return .moment(Timestamp(milliseconds: number)) }
        return .text(typed.type.text(value))
    }
}

extension SegmentType {
    /// A value of this type as people write it.
    func text(_ scalar: SegmentScalar) -> String {
        guard case .number(let number) = scalar else {
            if case .text(let text) = scalar { return "\"\(text)\"" }
            return ""
        }
        switch self {
        case .decimal(let scale): return SegmentSyntax.Shape.decimal(number, scale: scale)
        case .money(let currency):
            return "\(currency) \(SegmentSyntax.Shape.decimal(number, scale: Currency.exponent(of: currency)))"
        case .time: return Timestamp(milliseconds: number).rfc3339
        case .date: return CivilDate(daysSince1970: Int(number)).text
        case .flag: return number == 0 ? "false" : "true"
        case .share: return "\(number / 10)\(number % 10 == 0 ? "" : ".\(number % 10)") %"
        case .span:
            for unit in [SegmentUnit.day, .hour, .minute] {
                if let length = unit.milliseconds, number >= length {
                    let tenths = (number % length) * 10 / length
                    return "\(number / length)\(tenths == 0 ? "" : ".\(tenths)") \(unit.rawValue)s"
                }
            }
            return "\(number) ms"
        default: return String(number)
        }
    }
}
