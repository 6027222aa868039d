import Foundation

/// One customer's purchases as the models see them, in periods.
public struct PurchaseHistory: Sendable, Hashable {
    /// Repeat purchases.
    public var frequency: Int
    /// From the first purchase to the last.
    public var recency: Double
    /// From the first purchase to now.
    public var age: Double

    public init(frequency: Int, recency: Double, age: Double) {
        self.frequency = frequency
        self.recency = recency
        self.age = age
    }

    /// Somebody who bought for the first time right now.
    public static let new = PurchaseHistory(frequency: 0, recency: 0, age: 0)
}

/// How often customers come back, as fitted to a house's purchases.
public protocol PurchaseModel: Sendable {
    /// The probability that the customer has not left, in [0, 1].
    func probabilityAlive(_ history: PurchaseHistory) -> Double

    /// The purchases expected within `periods` from now of a customer who has not left. Grows with `periods`.
    func expectedWhileAlive(within periods: Double, frequency: Int, age: Double) -> Double

    /// The time over which expectations bend, to choose the places at which they are computed.
    var timeScale: Double { get }
}

extension PurchaseModel {
    /// The purchases expected within `periods` from now.
    public func expectedPurchases(within periods: Double, _ history: PurchaseHistory) -> Double {
        probabilityAlive(history) * expectedWhileAlive(within: periods, frequency: history.frequency, age: history.age)
    }

    /// As `expectedWhileAlive`, each purchase counting less the later it comes: e^(−`rate`·t), continuously.
    ///
    /// ∫e^(−δs)dE(s) = e^(−δh)E(h) + δ∫e^(−δs)E(s)ds, by Gauss and Legendre's rule in ln(1 + s/scale), where E is smooth.
    public func discountedWhileAlive(within periods: Double, rate: Double, frequency: Int, age: Double) -> Double {
        let end = exp(-rate * periods) * expectedWhileAlive(within: periods, frequency: frequency, age: age)
        guard rate > 0, periods > 0 else { return end }
        let scale = timeScale + age
        let integral = Quadrature.gaussLegendre(0, log1p(periods / scale)) { y in
            let s = scale * expm1(y)
            return exp(-rate * s) * expectedWhileAlive(within: s, frequency: frequency, age: age) * (scale + s)
        }
        return end + rate * integral
    }
}
