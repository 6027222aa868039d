/// What an objective measures. Figures are written in the language of segments (`SegmentFigure`).
public enum ObjectiveMetric: Sendable, Hashable {
    /// `count(…)`, `people(…)` or `sum(…)`.
    case figure(String)
    /// `mean(…)`.
    case mean(String)
    /// The sum of some figures for each so many of the sum of others.
    case rate(of: [String], to: [String], per: Double)
    /// What orders brought, net of tax, cancelled lines and refunds (`HouseOrders`); the currency is ISO 4217, `nil` the house's.
    case revenue(currency: String?)
    /// `segment("…")`: how many people are in it.
    case size(String)

    /// The texts of figures in it, each with its path within the metric.
    var figures: [(path: String, text: String)] {
        switch self {
        case .figure(let text), .mean(let text), .size(let text): [("", text)]
        case .rate(let of, let to, _):
            [("of", of), ("to", to)].flatMap { key, texts in
                texts.enumerated().map { (texts.count == 1 ? key : "\(key).\($0.offset)", $0.element) }
            }
        case .revenue: []
        }
    }

    /// As it was written, for people.
    public var text: String {
        switch self {
        case .figure(let text), .mean(let text), .size(let text): text
        case .rate(let of, let to, let per):
            "\(of.joined(separator: " + ")) : \(to.joined(separator: " + "))\(per == 1 ? "" : " × \(NumberText.plain(per))")"
        case .revenue(let currency): currency.map { "revenue \($0)" } ?? "revenue"
        }
    }
}
