import Foundation

/// A column that speaks for or against a yes.
public struct PredictionReason: Sendable {
    public let column: String
    /// What the row has there; `nil`: a gap.
    public let value: String?
    /// By how much it moves the log-odds, against a row in the middle.
    public let weight: Double

    /// `visits 3: much more likely`
    public var words: String {
        let size = abs(weight) >= 1 ? "much " : abs(weight) < 0.25 ? "slightly " : ""
        return "\(column) \(value ?? "not known"): \(size)\(weight > 0 ? "more" : "less") likely"
    }
}
