import Foundation

/// The beta-geometric/NBD model where all customers leave with the same probability: its limit as a and b grow together.
///
/// Three parameters are left, which data can carry that say nothing of how customers differ in leaving.
public struct EqualDropout: PurchaseModel, Hashable, Codable {
    public var r: Double
    public var alpha: Double
    /// The probability of leaving after a repeat purchase.
    public var dropout: Double

    public init(r: Double, alpha: Double, dropout: Double) {
        self.r = r
        self.alpha = alpha
        self.dropout = dropout
    }

    public var timeScale: Double { alpha }

    public func probabilityAlive(_ history: PurchaseHistory) -> Double {
        guard history.frequency > 0 else { return 1 }
        let x = Double(history.frequency)
        let odds = log(dropout) - log1p(-dropout) + (r + x) * (log(alpha + history.age) - log(alpha + history.recency))
        return 1 / (1 + exp(odds))
    }

    public func expectedWhileAlive(within periods: Double, frequency: Int, age: Double) -> Double {
        -expm1(-(r + Double(frequency)) * log1p(dropout * periods / (alpha + age))) / dropout
    }
}
