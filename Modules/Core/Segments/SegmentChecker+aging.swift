extension SegmentChecker {
    /// The field or kind of identifier that `age()`, `confidence()` or `stale()` speaks of, with its budget in milliseconds.
    func aging(
        _ arguments: [SegmentSyntax.Argument], of call: String, at syntax: SegmentSyntax
    ) throws -> (subject: SegmentSubject, budget: Int64?) {
        guard arguments.count == 1, arguments[0].label == nil, let name = Self.name(arguments[0].value) else {
            throw problem("call", "\(call)() takes a field or a kind of identifier", syntax.span, remedy: "\(call)(email)")
        }
        let subject: SegmentSubject
        let budget: Int64?
        if let field = schema.fields[name] {
            (subject, budget) = (.field(slot: field.slot), field.budget)
        } else if let kind = schema.identifierKinds[name] {
            (subject, budget) = (.identifier(kind: kind), schema.identifierBudgets[name])
        } else {
            let known = Array(schema.fields.keys) + Array(schema.identifierKinds.keys)
            throw unknown("field", name, in: known, at: arguments[0].span)
        }
        guard budget != nil || call == "age" || !schema.insistsOnBudgets else {
            throw problem(
                "no_budget", "\"\(name)\" has no freshness budget, so it never loses confidence", arguments[0].span,
                remedy: "Declare one (freshness: 180d), or ask for its age().")
        }
        return (subject, budget)
    }

    /// A name as it stands, also behind the word `identifier`.
    private static func name(_ value: SegmentSyntax.Argument.Value) -> String? {
        switch value {
        case .identifier(let name): return name
        case .expression(let item):
            guard case .name(let name) = item.shape else { return nil }
            return name
        default: return nil
        }
    }
}

extension SegmentQuantity {
    /// Whose age it reads, if any.
    public var aging: SegmentSubject? {
        switch self {
        case .age(let subject), .confidence(let subject, _): subject
        case .times(_, let inner), .ago(let inner): inner.aging
        default: nil
        }
    }
}
