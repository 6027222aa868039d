extension SegmentSyntax {
    /// The expression in its one canonical spelling. Reading it again gives the same expression.
    var text: String { shape.text(within: .or) }
}

extension SegmentSyntax.Shape {
    /// How tightly a shape binds; a looser one inside a tighter one needs parentheses.
    fileprivate enum Binding: Int { case or, and, not, test }

    fileprivate func text(within outer: Binding) -> String {
        let (own, text): (Binding, String) =
            switch self {
            case .or(let parts): (.or, parts.map { $0.shape.text(within: .and) }.joined(separator: " or "))
            case .and(let parts): (.and, parts.map { $0.shape.text(within: .not) }.joined(separator: " and "))
            case .not(let inner): (.not, "not \(inner.shape.text(within: .not))")
            case .compare(let left, let comparison, let right):
                (.test, "\(left.text) \(comparison.rawValue) \(right.text)")
            case .among(let left, let items):
                (.test, "\(left.text) in (\(items.map(\.text).joined(separator: ", ")))")
            case .age(let left, let older, let span):
                (.test, "\(left.text) \(older ? "older" : "newer") than \(span.text)")
            case .times(let factor, let inner): (.test, "\(factor) * \(inner.text)")
            case .call(let name, let arguments): (.test, "\(name)(\(arguments.map(\.text).joined(separator: ", ")))")
            case .name(let name): (.test, name)
            case .text(let text): (.test, "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\"")
            case .number(let units, let scale): (.test, Self.decimal(units, scale: scale))
            case .money(let currency, let units, let scale): (.test, "\(currency) \(Self.decimal(units, scale: scale))")
            case .span(let count, let unit): (.test, unit.text(count))
            case .date(let date): (.test, date.text)
            case .share(let units, let scale): (.test, "\(Self.decimal(units, scale: scale)) %")
            }
        return own.rawValue < outer.rawValue ? "(\(text))" : text
    }

    /// `5000` with scale 2 is `50.00`.
    static func decimal(_ units: Int64, scale: Int) -> String {
        guard scale > 0 else { return String(units) }
        let digits = String(units.magnitude)
        let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
        return "\(units < 0 ? "-" : "")\(padded.dropLast(scale)).\(padded.suffix(scale))"
    }
}

extension SegmentSyntax.Argument {
    fileprivate var text: String {
        let body =
            switch value {
            case .expression(let syntax): syntax.text
            case .window(let window): window.text
            case .filter(let syntax): "where \(syntax.text)"
            case .identifier(let kind): "identifier \(kind)"
            }
        return label.map { "\($0): \(body)" } ?? body
    }
}

extension SegmentUnit {
    func text(_ count: Int64) -> String { "\(count) \(rawValue)\(count == 1 ? "" : "s")" }
}

extension SegmentWindow {
    var text: String {
        switch self {
        case .last(let count, let unit): "last \(unit.text(count))"
        case .this(.day): "today"
        case .this(let period): "this \(period.rawValue)"
        case .since(let date): "since \(date.text)"
        case .next(let days): "next \(SegmentUnit.day.text(days))"
        }
    }
}

extension CivilDate {
    /// `2026-01-31`
    var text: String {
        func padded(_ value: Int, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }
}
