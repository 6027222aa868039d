/// Gives an expression its meaning: looks names up, checks types, turns literals into typed values.
///
/// `and`, `or` and `not` keep their shape, so that an explanation can walk the text and its meaning side by side.
struct SegmentChecker {
    let source: SegmentSource
    let schema: SegmentSchema

    /// A value with the type that the schema gives it.
    struct Typed {
        var quantity: SegmentQuantity
        var type: SegmentType
    }

    // MARK: Conditions

    mutating func condition(_ syntax: SegmentSyntax) throws -> SegmentCondition {
        switch syntax.shape {
        case .or(let parts): return .any(try parts.map { try condition($0) })
        case .and(let parts): return .all(try parts.map { try condition($0) })
        case .not(let inner): return .not(try condition(inner))
        case .compare(let left, let comparison, let right): return try compare(left, comparison, right, all: syntax)
        case .among(let subject, let items):
            let left = try value(subject)
            guard left.quantity.aging == nil else {
                throw problem(
                    "type", "what changes at every moment is not one of a few values", subject.span,
                    remedy: "Compare it by < or >.")
            }
            for item in items { try checkStage(left, item) }
            return .among(left.quantity, try items.map { try scalar($0, as: left.type) })
        case .age(let left, let older, let span): return try age(left, older: older, than: span)
        case .call(let name, let arguments): return try test(name, arguments, at: syntax)
        case .name(let name):
            let field = try field(name, at: syntax.span)
            guard field.type == .flag else {
                throw problem(
                    "type", "\"\(name)\" is \(field.type.words), not a condition", syntax.span,
                    remedy: "Compare it with something, or ask has(\(name)).")
            }
            return .compare(.field(slot: field.slot), .equal, .literal(.number(1)))
        default:
            throw problem("type", "this is a value, not a condition", syntax.span, remedy: "Compare it with something.")
        }
    }

    private mutating func compare(
        _ left: SegmentSyntax, _ comparison: SegmentComparison, _ right: SegmentSyntax, all: SegmentSyntax
    ) throws -> SegmentCondition {
        if left.isLiteral {
            guard !right.isLiteral else { throw problem("type", "both sides are fixed, so this is never news", all.span) }
            return try compare(right, comparison.flipped, left, all: all)
        }
        let subject = try value(left)
        guard right.isLiteral else {
            let other = try value(right)
            guard subject.type != .share else {
                throw problem(
                    "type", "confidence is compared with a fixed share", right.span, remedy: "Write it as 50 %.")
            }
            guard subject.type == other.type else {
                throw problem(
                    "type", "the left side is \(subject.type.words), the right side \(other.type.words)", right.span)
            }
            try checkOrder(comparison, subject.type, all.span)
            return .compare(subject.quantity, comparison, other.quantity)
        }
        try checkOrder(comparison, subject.type, all.span)
        if subject.type == .time {
            guard comparison == .less || comparison == .greaterOrEqual else {
                throw problem(
                    "type", "a moment is not compared with a whole day by \(comparison.rawValue)", all.span,
                    remedy: "Write < for before that day, >= for from that day on.")
            }
            guard case .date(let date) = right.shape else { throw mismatch(right, .time) }
            return .compare(subject.quantity, comparison, .start(ofDay: Int64(date.daysSince1970)))
        }
        try checkStage(subject, right)
        if subject.type == .date, case .name("today") = right.shape { return .compare(subject.quantity, comparison, .today) }
        return .compare(subject.quantity, comparison, .literal(try scalar(right, as: subject.type)))
    }

    /// A stage that nobody has defined is a slip of the pen.
    private func checkStage(_ subject: Typed, _ literal: SegmentSyntax) throws {
        guard case .stage = subject.quantity, case .text(let name) = literal.shape, !schema.stages.contains(Text.folded(name))
        else { return }
        throw unknown("stage", name, in: schema.stages, at: literal.span)
    }

    func checkOrder(_ comparison: SegmentComparison, _ type: SegmentType, _ span: SegmentSpan) throws {
        guard comparison == .equal || comparison == .unequal || (type != .flag && type != .symbol) else {
            throw problem("type", "\(type.words) is compared with = and != only here", span)
        }
    }

    private mutating func age(_ left: SegmentSyntax, older: Bool, than span: SegmentSyntax) throws -> SegmentCondition {
        let subject = try value(left)
        guard subject.type == .time || subject.type == .date else {
            throw problem("type", "only a moment or a date has an age, and this is \(subject.type.words)", left.span)
        }
        let comparison: SegmentComparison = older ? .lessOrEqual : .greater
        if case .span(let count, let unit) = span.shape {
            guard (0...1_000_000).contains(count) else { throw problem("type", "an age is 0 to 1,000,000 long", span.span) }
            if let length = unit.milliseconds, subject.type == .time {
                return .compare(subject.quantity, comparison, .ago(.literal(.number(count * length))))
            }
            if subject.type == .date, unit == .month || unit == .year {
                guard count <= 12_000 else { throw problem("type", "an age is at most 12,000 months long", span.span) }
                return .compare(subject.quantity, comparison, .monthsAgo(unit == .year ? count * 12 : count))
            }
            throw problem(
                "type",
                subject.type == .date ? "the age of a date is in months or years" : "a \(unit.rawValue) has no fixed length",
                span.span, remedy: subject.type == .date ? nil : "Write the number of days.")
        }
        let length = try value(span)
        guard length.type == .span, subject.type == .time, length.quantity.aging == nil else {
            throw problem("type", "a length of time was expected", span.span)
        }
        return .compare(subject.quantity, comparison, .ago(length.quantity))
    }

    // MARK: Values

    mutating func value(_ syntax: SegmentSyntax) throws -> Typed {
        switch syntax.shape {
        case .name("today"): return Typed(quantity: .today, type: .date)
        case .name("lifecycle") where schema.fields["lifecycle"] == nil && !schema.stages.isEmpty:
            return Typed(quantity: .stage, type: .symbol)
        case .name("lifecycle_since") where schema.fields["lifecycle_since"] == nil && !schema.stages.isEmpty:
            return Typed(quantity: .stageSince, type: .time)
        case .name(let name):
            let field = try field(name, at: syntax.span)
            return Typed(quantity: .field(slot: field.slot), type: field.type)
        case .times(let factor, let inner):
            guard (1...10_000).contains(factor) else {
                throw problem("type", "a value is multiplied by 1 to 10,000", syntax.span)
            }
            let inner = try value(inner)
            guard (inner.type == .span || inner.type == .integer) && inner.quantity.aging == nil else {
                throw problem("type", "only whole numbers and lengths of time are multiplied", syntax.span)
            }
            return Typed(quantity: .times(factor, inner.quantity), type: inner.type)
        case .call(let name, let arguments): return try aggregate(name, arguments, at: syntax)
        case .or, .and, .not, .compare, .among, .age:
            throw problem("type", "a value was expected, not a condition", syntax.span)
        default: throw problem("type", "a field or a figure of events was expected, not a fixed value", syntax.span)
        }
    }

    func field(_ name: String, at span: SegmentSpan) throws -> SegmentSchema.Field {
        if let field = schema.fields[name] { return field }
        if schema.kinds[name] != nil {
            throw problem("unknown_field", "\"\(name)\" is an event, not a field", span, remedy: "Write did(\(name)).")
        }
        throw unknown("field", name, in: schema.fields.keys, at: span)
    }

    /// A literal as a value of `type`.
    func scalar(_ syntax: SegmentSyntax, as type: SegmentType) throws -> SegmentScalar {
        switch (type, syntax.shape) {
        case (.text, .text(let text)): return .text(Text.folded(text))
        case (.symbol, .text(let text)): return .number(schema.symbol(text))
        case (.integer, .number(let units, 0)): return .number(units)
        case (.decimal(let places), .number(let units, let scale)): return .number(try rescaled(units, scale, places, syntax))
        case (.money(let currency), .money(let given, let units, let scale)):
            guard given == currency else {
                throw problem("type", "this is in \(given), the other side in \(currency)", syntax.span)
            }
            return .number(try rescaled(units, scale, Currency.exponent(of: currency), syntax))
        case (.money(let currency), .number):
            throw problem("type", "an amount names its currency", syntax.span, remedy: "Write \(currency) before it.")
        case (.date, .date(let date)): return .number(Int64(date.daysSince1970))
        case (.flag, .name("true")): return .number(1)
        case (.flag, .name("false")): return .number(0)
        case (.share, .share(let units, let scale)):
            let share = try rescaled(units, scale, 1, syntax)
            guard (0...Freshness.full).contains(share) else {
                throw problem("type", "a share is from 0 % to 100 %", syntax.span)
            }
            return .number(share)
        case (.span, .span(let count, let unit)):
            guard let length = unit.milliseconds else {
                throw problem("type", "a \(unit.rawValue) has no fixed length", syntax.span, remedy: "Write the number of days.")
            }
            return .number(count.multipliedClamped(by: length))
        default: throw mismatch(syntax, type)
        }
    }

    private func rescaled(_ units: Int64, _ scale: Int, _ places: Int, _ syntax: SegmentSyntax) throws -> Int64 {
        guard scale <= places else {
            throw problem("type", "this has more than \(places) decimal\(places == 1 ? "" : "s")", syntax.span)
        }
        var out = units
        for _ in scale..<places { out = out.multipliedClamped(by: 10) }
        return out
    }

    // MARK: Problems

    func mismatch(_ syntax: SegmentSyntax, _ type: SegmentType) -> Problem {
        let remedy: String? =
            switch type {
            case .text, .symbol: "Put a text between double quotes."
            case .money(let currency): "Write it as \(currency) 50.00."
            case .date, .time: "Write it as 2026-01-31."
            case .span: "Write it as 30 days."
            case .share: "Write it as 50 %."
            default: nil
            }
        return problem("type", "\(type.words) was expected here", syntax.span, remedy: remedy)
    }

    func problem(_ code: String, _ reason: String, _ span: SegmentSpan, remedy: String? = nil) -> Problem {
        source.problem("segment.\(code)", reason, at: span, remedy: remedy)
    }

    /// Events may arrive that nobody has declared; and a slip of the pen is nearer to one of those than to none.
    func unknownEvent(_ name: String, at span: SegmentSpan) -> Problem {
        let declare = "Declare it under kinds: in YAML, with the properties that segments may use, and apply it."
        if schema.undeclaredKinds.contains(name) {
            return problem("undeclared_event", "\"\(name)\" arrives, but nobody has declared it", span, remedy: declare)
        }
        if Spelling.nearest(to: name, in: schema.kinds.keys) == nil,
            let near = Spelling.nearest(to: name, in: schema.undeclaredKinds.sorted())
        {
            return problem(
                "unknown_event", "there is no event called \"\(name)\"", span,
                remedy: "Did you mean \"\(near)\"? It arrives, but nobody has declared it. \(declare)")
        }
        return unknown("event", name, in: schema.kinds.keys, at: span)
    }

    func unknownProperty(_ name: String, of event: String, _ kind: SegmentSchema.Kind, at span: SegmentSpan) -> Problem {
        let own = kind.properties.map(\.name)
        let known = own.isEmpty ? "It declares none." : "It declares \(own.sorted().joined(separator: ", "))."
        let near = Spelling.nearest(to: name, in: own).map { "Did you mean \"\($0)\"?" }
        let room = own.count < KindDefinition.maximumSlots ? " More are declared under kinds: in YAML." : ""
        return problem(
            "unknown_property", "\(event) declares no property called \"\(name)\"", span, remedy: near ?? known + room)
    }

    func unknown(_ what: String, _ name: String, in candidates: some Sequence<String>, at span: SegmentSpan) -> Problem {
        let names = Array(candidates)
        let remedy: String? =
            if let near = Spelling.nearest(to: name, in: names) {
                "Did you mean \"\(near)\"?"
            } else if !names.isEmpty, names.count <= 12 {
                "There \(names.count == 1 ? "is" : "are") \(names.sorted().joined(separator: ", "))."
            } else {
                nil
            }
        return problem("unknown_\(what)", "there is no \(what) called \"\(name)\"", span, remedy: remedy)
    }
}

extension SegmentSyntax {
    var isLiteral: Bool {
        switch shape {
        case .text, .number, .money, .span, .date, .share, .name("true"), .name("false"), .name("today"): true
        default: false
        }
    }
}
