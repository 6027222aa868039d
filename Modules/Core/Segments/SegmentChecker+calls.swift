extension SegmentChecker {
    private static let figures: Set<String> = [
        "count", "sum", "first", "last", "distinct", "typical_gap", "age", "confidence",
    ]
    private static let tests: Set<String> = ["did", "has", "segment", "permitted", "starts_with", "birthday", "stale"]

    // MARK: Tests

    /// A call that is a condition.
    mutating func test(_ name: String, _ arguments: [SegmentSyntax.Argument], at syntax: SegmentSyntax) throws -> SegmentCondition
    {
        switch name {
        case "did":
            let (kind, rest) = try leadingKind(arguments, of: name, at: syntax)
            return happened(try events(of: kind, rest))
        case "has": return try has(arguments, at: syntax)
        case "segment":
            guard arguments.count == 1, case .expression(let item) = arguments[0].value, case .text(let wanted) = item.shape
            else {
                throw problem("call", "segment() takes the name of a segment in double quotes", syntax.span)
            }
            guard let id = schema.segments[wanted] else {
                throw unknown("segment", wanted, in: schema.segments.keys, at: item.span)
            }
            return .member(segment: id)
        case "permitted": return try permitted(arguments, at: syntax)
        case "starts_with":
            guard arguments.count == 2, case .expression(let item) = arguments[0].value, case .name(let name) = item.shape,
                case .expression(let prefix) = arguments[1].value, case .text(let text) = prefix.shape
            else { throw problem("call", "starts_with() takes a text field and a text", syntax.span) }
            let field = try field(name, at: item.span)
            guard field.type == .text else { throw problem("type", "\"\(name)\" is \(field.type.words)", item.span) }
            guard !text.isEmpty else { throw problem("type", "every text starts with nothing", prefix.span) }
            return .begins(field: field.slot, with: Text.folded(text))
        case "birthday": return try birthday(arguments, at: syntax)
        case "stale":
            let (subject, budget) = try aging(arguments, of: name, at: syntax)
            // What does not age is older than nothing.
            return .compare(.age(subject), .greater, .literal(.number(budget ?? .max)))
        default:
            if Self.figures.contains(name) {
                throw problem("type", "\(name)() is a value, not a condition", syntax.span, remedy: "Compare it with something.")
            }
            let kindName = schema.verbs[name] ?? name
            guard let kind = schema.kinds[kindName] else {
                let known = Array(schema.kinds.keys) + Array(schema.verbs.keys) + Array(Self.figures) + Array(Self.tests)
                throw unknown("event", name, in: known, at: syntax.span)
            }
            return happened(try events(of: kind, arguments[...]))
        }
    }

    private func happened(_ events: SegmentEvents) -> SegmentCondition {
        .compare(.count(events), .greaterOrEqual, .literal(.number(1)))
    }

    private mutating func has(_ arguments: [SegmentSyntax.Argument], at syntax: SegmentSyntax) throws -> SegmentCondition {
        guard arguments.count == 1 else {
            throw problem("call", "has() takes a field, or the word identifier and its kind", syntax.span)
        }
        switch arguments[0].value {
        case .identifier(let name):
            guard let kind = schema.identifierKinds[name] else {
                throw unknown("identifier", name, in: schema.identifierKinds.keys, at: arguments[0].span)
            }
            return .identified(kind: kind)
        case .expression(let item): return .present(try value(item).quantity)
        default: throw problem("call", "has() takes a field, or the word identifier and its kind", syntax.span)
        }
    }

    private func permitted(_ arguments: [SegmentSyntax.Argument], at syntax: SegmentSyntax) throws -> SegmentCondition {
        var (topic, channel): (String?, String?) = (nil, nil)
        for (index, argument) in arguments.enumerated() {
            guard case .expression(let item) = argument.value else { continue }
            let word: String? =
                switch item.shape {
                case .text(let text): text
                case .name(let name): name
                default: nil
                }
            switch argument.label ?? (index == 0 ? "topic" : "channel") {
            case "topic":
                if let word, !schema.topics.contains(word) { throw unknown("topic", word, in: schema.topics, at: item.span) }
                topic = word
            case "channel":
                if let word, !schema.channels.contains(word) {
                    throw unknown("channel", word, in: schema.channels, at: item.span)
                }
                channel = word
            case let label: throw unknown("argument", label, in: ["topic", "channel"], at: argument.span)
            }
        }
        guard let topic, let channel, arguments.count == 2 else {
            throw problem("call", "permitted() takes a topic and a channel", syntax.span, remedy: "permitted(\"offers\", email)")
        }
        return .permitted(.init(topic: topic, channel: channel))
    }

    private func birthday(_ arguments: [SegmentSyntax.Argument], at syntax: SegmentSyntax) throws -> SegmentCondition {
        guard arguments.count == 2, case .expression(let item) = arguments[0].value, case .name(let name) = item.shape,
            case .window(let window) = arguments[1].value
        else {
            throw problem("call", "birthday() takes a date field and when", syntax.span, remedy: "birthday(born_on, next 7 days)")
        }
        let field = try field(name, at: item.span)
        guard field.type == .date else { throw problem("type", "\"\(name)\" is \(field.type.words), not a date", item.span) }
        switch window {
        case .this(.day): return .birthday(field: field.slot, days: 1)
        case .next(let days): return .birthday(field: field.slot, days: days)
        default: throw problem("call", "a birthday is today or in the next days", arguments[1].span)
        }
    }

    // MARK: Figures

    /// A call that is a value.
    mutating func aggregate(_ name: String, _ arguments: [SegmentSyntax.Argument], at syntax: SegmentSyntax) throws -> Typed {
        switch name {
        case "count", "first", "last", "typical_gap":
            let (kind, rest) = try leadingKind(arguments, of: name, at: syntax)
            let events = try events(of: kind, rest)
            return switch name {
            case "count": Typed(quantity: .count(events), type: .integer)
            case "first": Typed(quantity: .first(events), type: .time)
            case "last": Typed(quantity: .last(events), type: .time)
            default: Typed(quantity: .typicalGap(events), type: .span)
            }
        case "age": return Typed(quantity: .age(try aging(arguments, of: name, at: syntax).subject), type: .span)
        case "confidence":
            let (subject, budget) = try aging(arguments, of: name, at: syntax)
            return Typed(quantity: .confidence(subject, budget: budget), type: .share)
        case "sum", "distinct":
            let (kind, slot, rest) = try leadingProperty(arguments, of: name, at: syntax)
            guard name == "sum" else {
                return Typed(quantity: .distinct(try events(of: kind, rest), slot: slot), type: .integer)
            }
            return try sum(kind, slot, rest, at: syntax)
        default:
            if Self.tests.contains(name) || schema.verbs[name] != nil || schema.kinds[name] != nil {
                throw problem("type", "\(name)() is a condition, not a value", syntax.span)
            }
            throw unknown("figure", name, in: Self.figures, at: syntax.span)
        }
    }

    private mutating func sum(
        _ kind: SegmentSchema.Kind, _ slot: Int, _ arguments: ArraySlice<SegmentSyntax.Argument>, at syntax: SegmentSyntax
    ) throws -> Typed {
        var rest = arguments
        let property = kind.properties[slot]
        switch property.type {
        case .integer, .decimal, .span: return Typed(quantity: .sum(try events(of: kind, rest), slot: slot), type: property.type)
        case .money(let own):
            if case .expression(let item)? = rest.first?.value, case .name(let given) = item.shape, given.isCurrencyCode {
                guard given == own else { throw problem("type", "\(property.name) is in \(own)", item.span) }
                rest = rest.dropFirst()
            }
            return Typed(quantity: .sum(try events(of: kind, rest), slot: slot), type: property.type)
        case .amount(let currencyProperty):
            guard case .expression(let item)? = rest.first?.value, rest.first?.label == nil,
                case .name(let currency) = item.shape,
                currency.isCurrencyCode
            else {
                throw problem("call", "a sum of money names its currency", syntax.span, remedy: "sum(…, EUR, …)")
            }
            var chosen = try events(of: kind, rest.dropFirst())
            let inCurrency = try currencyFilter(currency, currencyProperty, kind, at: item.span)
            chosen.filter = chosen.filter.map { .all([inCurrency, $0]) } ?? inCurrency
            return Typed(quantity: .sum(chosen, slot: slot), type: .money(currency: currency))
        default: throw problem("type", "\"\(property.name)\" is \(property.type.words) and has no sum", syntax.span)
        }
    }

    // MARK: Events

    private func leadingKind(
        _ arguments: [SegmentSyntax.Argument], of call: String, at syntax: SegmentSyntax
    ) throws -> (SegmentSchema.Kind, ArraySlice<SegmentSyntax.Argument>) {
        guard case .expression(let item)? = arguments.first?.value, arguments.first?.label == nil,
            case .name(let name) = item.shape
        else { throw problem("call", "\(call)() begins with an event", syntax.span, remedy: "\(call)(order.placed)") }
        guard let kind = schema.kinds[name] else { throw unknownEvent(name, at: item.span) }
        return (kind, arguments.dropFirst())
    }

    private func leadingProperty(
        _ arguments: [SegmentSyntax.Argument], of call: String, at syntax: SegmentSyntax
    ) throws -> (SegmentSchema.Kind, slot: Int, ArraySlice<SegmentSyntax.Argument>) {
        guard case .expression(let item)? = arguments.first?.value, case .name(let path) = item.shape,
            let dot = path.lastIndex(of: ".")
        else {
            throw problem(
                "call", "\(call)() begins with a property of an event", syntax.span, remedy: "\(call)(order.placed.total)")
        }
        let (name, property) = (String(path[..<dot]), String(path[path.index(after: dot)...]))
        guard let kind = schema.kinds[name] else {
            if schema.kinds[path] != nil {
                throw problem("call", "\(call)() begins with a property of an event", item.span, remedy: "\(path).total, for one")
            }
            throw unknownEvent(name, at: item.span)
        }
        guard let slot = kind.properties.firstIndex(where: { $0.name == property }) else {
            throw unknownProperty(property, of: name, kind, at: item.span)
        }
        return (kind, slot, arguments.dropFirst())
    }

    /// The events that the rest of a call's arguments choose: a window, a filter, and `name: value` pairs.
    private func events(
        of kind: SegmentSchema.Kind, _ arguments: ArraySlice<SegmentSyntax.Argument>
    ) throws -> SegmentEvents {
        var events = SegmentEvents(kind: kind.id)
        var filters: [SegmentFilter] = []
        for argument in arguments {
            switch (argument.label, argument.value) {
            case (let label?, .expression(let item)):
                filters.append(try filter(label, at: argument.span, .equal, item, kind))
            case (nil, .window(let window)):
                guard events.window == nil else { throw problem("call", "there is already a window", argument.span) }
                if case .next = window { throw problem("call", "events lie in the past", argument.span) }
                events.window = window
            case (nil, .filter(let syntax)): filters.append(try filter(syntax, kind))
            default:
                throw problem(
                    "call", "a window, \"where\" or name: value was expected here", argument.span,
                    remedy: "Write last 30 days, where total > EUR 50, or campaign: \"spring\".")
            }
        }
        if !filters.isEmpty { events.filter = filters.count == 1 ? filters[0] : .all(filters) }
        return events
    }

    private func filter(_ syntax: SegmentSyntax, _ kind: SegmentSchema.Kind) throws -> SegmentFilter {
        switch syntax.shape {
        case .or(let parts): return .any(try parts.map { try filter($0, kind) })
        case .and(let parts): return .all(try parts.map { try filter($0, kind) })
        case .not(let inner): return .not(try filter(inner, kind))
        case .compare(let left, let comparison, let right):
            guard case .name(let name) = left.shape, right.isLiteral else {
                throw problem("type", "a filter compares a property with a fixed value", syntax.span, remedy: "total > EUR 50")
            }
            return try filter(name, at: left.span, comparison, right, kind)
        case .among(let left, let items):
            guard case .name(let name) = left.shape else { throw problem("type", "a property was expected", left.span) }
            let (slot, property) = try property(name, of: kind, at: left.span)
            if case .amount = property.type {
                return .any(try items.map { try filter(name, at: left.span, .equal, $0, kind) })
            }
            return .among(slot: slot, try items.compactMap { try scalar($0, as: property.type).number })
        case .call("has", let arguments):
            guard arguments.count == 1, case .expression(let item) = arguments[0].value, case .name(let name) = item.shape else {
                throw problem("call", "has() takes a property here", syntax.span)
            }
            return .present(slot: try property(name, of: kind, at: item.span).slot)
        case .name(let name):
            let (slot, property) = try property(name, of: kind, at: syntax.span)
            guard property.type == .flag else {
                throw problem("type", "\"\(name)\" is \(property.type.words), not a condition", syntax.span)
            }
            return .compare(slot: slot, .equal, 1)
        default: throw problem("type", "a condition on a property was expected", syntax.span, remedy: "total > EUR 50")
        }
    }

    private func filter(
        _ name: String, at span: SegmentSpan, _ comparison: SegmentComparison, _ literal: SegmentSyntax,
        _ kind: SegmentSchema.Kind
    ) throws -> SegmentFilter {
        let (slot, property) = try property(name, of: kind, at: span)
        try checkOrder(comparison, property.type, span)
        switch (property.type, literal.shape) {
        case (.amount(let currencyProperty), .money(let currency, _, _)):
            let inCurrency = try currencyFilter(currency, currencyProperty, kind, at: literal.span)
            let value = try scalar(literal, as: .money(currency: currency)).number ?? 0
            return .all([inCurrency, .compare(slot: slot, comparison, value)])
        case (.amount, .number):
            throw problem("type", "an amount names its currency", literal.span, remedy: "Write it as EUR 50.00.")
        case (.time, .date(let date)):
            throw problem("type", "a property that is a moment is not compared with \(date.text)", literal.span)
        default: return .compare(slot: slot, comparison, try scalar(literal, as: property.type).number ?? 0)
        }
    }

    private func currencyFilter(
        _ currency: String, _ name: String, _ kind: SegmentSchema.Kind, at span: SegmentSpan
    ) throws -> SegmentFilter {
        guard let slot = kind.properties.firstIndex(where: { $0.name == name }) else {
            throw problem("type", "this event declares no property \"\(name)\" that would say the currency", span)
        }
        return .compare(slot: slot, .equal, schema.symbol(currency))
    }

    private func property(
        _ name: String, of kind: SegmentSchema.Kind, at span: SegmentSpan
    ) throws -> (slot: Int, SegmentSchema.Property) {
        guard let slot = kind.properties.firstIndex(where: { $0.name == name }) else {
            throw unknown("property", name, in: kind.properties.map(\.name), at: span)
        }
        return (slot, kind.properties[slot])
    }
}
