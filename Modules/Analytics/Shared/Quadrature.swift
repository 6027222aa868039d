import Foundation

/// Integrals of smooth functions.
public enum Quadrature {
    /// ∫ f over [low, high] by 16 places of Gauss and Legendre.
    public static func gaussLegendre(_ low: Double, _ high: Double, _ f: (Double) -> Double) -> Double {
        let (middle, half) = ((low + high) / 2, (high - low) / 2)
        var sum = 0.0
        for (node, weight) in zip(nodes, weights) { sum += weight * (f(middle - half * node) + f(middle + half * node)) }
        return sum * half
    }

    /// The places and weights of that rule over [low, high].
    static func places(_ low: Double, _ high: Double) -> [(at: Double, weight: Double)] {
        let (middle, half) = ((low + high) / 2, (high - low) / 2)
        return zip(nodes, weights).flatMap { [(middle - half * $0, $1 * half), (middle + half * $0, $1 * half)] }
    }

    /// ∫ f over (0, 1), where f may be infinite at the ends, by the double exponential rule (Takahasi & Mori 1974).
    ///
    /// - Parameter f: of x and 1 − x, each exact near its end.
    public static func doubleExponential(_ f: (Double, Double) -> Double) -> Double {
        let step = 1 / 32.0
        var sum = 0.0
        for index in -200...200 {
            let t = Double(index) * step
            let u = 0.5 * .pi * sinh(t)
            // 1/(1+e^(−2u)) and its complement, neither by subtraction.
            let x = 1 / (1 + exp(-2 * u))
            let y = 1 / (1 + exp(2 * u))
            let value = f(x, y) * x * y * .pi * cosh(t)
            if value.isFinite { sum += value }
        }
        return sum * step
    }

    private static let nodes = [
        0.095012509837637440185, 0.281603550779258913230, 0.458016777657227386342, 0.617876244402643748447,
        0.755404408355003033895, 0.865631202387831743880, 0.944575023073232576078, 0.989400934991649932596,
    ]
    private static let weights = [
        0.189450610455068496285, 0.182603415044923588867, 0.169156519395002538189, 0.149595988816576732081,
        0.124628971255533872052, 0.095158511682492784810, 0.062253523938647892863, 0.027152459411754094852,
    ]
}
