import Foundation

/// From numbers to places on a picture, with ticks at round numbers.
struct ChartScale {
    let low: Double
    let high: Double
    let from: Double
    let to: Double
    let ticks: [Double]

    /// - Parameters:
    ///   - isTight: whether the ends stay where the numbers end, rather than at round ones.
    init(_ range: ClosedRange<Double>, from: Double, to: Double, count: Int = 5, isTight: Bool = false) {
        var (low, high) = (range.lowerBound, range.upperBound)
        if !(high > low) { (low, high) = (low - 0.5, low + 0.5) }
        let step = Self.step((high - low) / Double(max(1, count)))
        let (first, last) = ((low / step).rounded(.down), (high / step).rounded(.up))
        if !isTight { (low, high) = (first * step, last * step) }
        let slack = (high - low) * 1e-9
        ticks = stride(from: first, through: last, by: 1).map { $0 * step }.filter { $0 >= low - slack && $0 <= high + slack }
        self.low = low
        self.high = high
        self.from = from
        self.to = to
    }

    func callAsFunction(_ value: Double) -> Double { from + (value - low) / (high - low) * (to - from) }

    /// 1, 2 or 5 times a power of ten.
    private static func step(_ rough: Double) -> Double {
        let power = pow(10, floor(log10(rough)))
        let fraction = rough / power
        return power * (fraction <= 1.000_001 ? 1 : fraction <= 2.000_001 ? 2 : fraction <= 5.000_001 ? 5 : 10)
    }

    /// Tick values as text with as many decimals as tell them apart.
    func label(_ value: Double, isShare: Bool = false) -> String {
        let step = (ticks.count > 1 ? ticks[1] - ticks[0] : max(abs(value), 1)) * (isShare ? 100 : 1)
        let decimals = max(0, min(6, -Int(floor(log10(step) + 1e-9))))
        let number = isShare ? value * 100 : value
        if !isShare, step >= 1e6 { return NumberText.grouped(number / 1e6) + " M" }
        return NumberText.grouped(number, decimals: decimals) + (isShare ? " %" : "")
    }
}
