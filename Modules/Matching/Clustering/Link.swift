import Foundation

/// Two records and the weight, in bits, of their being one.
struct Link: Sendable {
    var first: Int32
    var second: Int32
    var weight: Float

    /// Lighter ones are not kept.
    static let least: Float = -6

    var probability: Double { Self.probability(Double(weight)) }
    static func probability(_ bits: Double) -> Double { 1 / (1 + exp2(-bits)) }
}
