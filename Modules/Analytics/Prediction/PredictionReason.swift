public import RapportCore

/// A column that speaks for or against a yes.
public struct PredictionReason: Sendable {
    public let column: PredictionColumn
    /// What the row has there; `nil`: a gap.
    public let value: String?
    /// By how much it moves the log-odds, against a row in the middle.
    public let weight: Double

    /// `visits 3: much more likely`
    public func text(_ texts: Texts) -> String {
        let size = abs(weight) >= 1 ? "much_" : abs(weight) < 0.25 ? "slightly_" : ""
        return texts(
            "cli.predict.because.\(size)\(weight > 0 ? "more" : "less")",
            ["column": column.title.text(texts), "value": value ?? Self.gap.text(texts)])
    }

    static let gap = Remark("cli.predict.not_known")
}
