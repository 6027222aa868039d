import Foundation

/// The negative binomial model (Ehrenberg 1959): rates differ between customers, gamma distributed, and nobody leaves.
public struct NBD: PurchaseModel, Hashable, Codable {
    public var r: Double
    public var alpha: Double

    public init(r: Double, alpha: Double) {
        self.r = r
        self.alpha = alpha
    }

    public var timeScale: Double { alpha }

    public func probabilityAlive(_ history: PurchaseHistory) -> Double { 1 }

    public func expectedWhileAlive(within periods: Double, frequency: Int, age: Double) -> Double {
        (r + Double(frequency)) / (alpha + age) * periods
    }
}

/// Everybody buys at the same rate and nobody leaves: what little data can carry.
public struct PlainRate: PurchaseModel, Hashable, Codable {
    /// Repeat purchases per period.
    public var rate: Double

    public init(rate: Double) { self.rate = rate }

    public var timeScale: Double { 1 }

    public func probabilityAlive(_ history: PurchaseHistory) -> Double { 1 }

    public func expectedWhileAlive(within periods: Double, frequency: Int, age: Double) -> Double { rate * periods }
}
