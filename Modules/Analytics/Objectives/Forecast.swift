/// What a figure will be at the end of a period if it goes on as it has, with an interval by its own scatter.
///
/// **Drift** is for what adds up: a total, a size. Of n steps so far, mean m and standard deviation s (n − 1), what follows in h steps
/// is h·m, with the variance s²·(h + h²/n): that of the steps to come and that of the mean (the random walk with drift; Hyndman &
/// Athanasopoulos 2021, *Forecasting: Principles and Practice*, 3rd ed., §5.2 and §5.5). Student's t with n − 1.
///
/// **Trend** is for what is measured anew in each window: a straight line by least squares through n windows, and at x its value with
/// the variance s²·(1 + 1/n + (x − x̄)² / Σ(xᵢ − x̄)²) of a new observation, s² from the residuals with n − 2; Student's t with n − 2
/// (Draper & Smith 1998, *Applied Regression Analysis*, 3rd ed., §3.1).
///
/// Neither knows of seasons; where a year of history is there, one of two others does (`Forecast.season`).
public struct Forecast: Sendable, Hashable {
    public enum Method: String, Sendable, Hashable {
        case drift, trend
        case seasonalDrift = "seasonal_drift"
        case seasonalRatio = "seasonal_ratio"
    }

    /// Fewer steps say nothing.
    public static let fewest = 4
    public static let level = 0.95

    public let method: Method
    /// How many steps or windows it goes by.
    public let points: Int
    public let value: Double
    /// Its standard error.
    public let error: Double
    /// Of Student's distribution.
    public let degrees: Int
    /// 95 %.
    public let low: Double
    public let high: Double

    /// - Parameters:
    ///   - last: where it stands.
    ///   - increments: by how much it has grown in each whole step.
    ///   - ahead: so many steps, or parts of one, are to come.
    ///   - floor: below it can never be.
    /// - Returns: `nil` with fewer than four steps.
    public static func drift(
        from last: Double, increments: [Double], ahead: Double, floor: Double? = nil
    ) -> Forecast? {
        guard increments.count >= fewest, ahead >= 0 else { return nil }
        let count = Double(increments.count)
        let mean = increments.reduce(0, +) / count
        let squares = increments.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let variance = squares / (count - 1) * (ahead + ahead * ahead / count)
        // What has never fallen in a step is not foretold to fall below where it is.
        let least = increments.allSatisfy { $0 >= 0 } ? max(last, floor ?? last) : floor
        return Forecast(
            .drift, points: increments.count, value: last + ahead * mean, error: variance.squareRoot(),
            degrees: increments.count - 1, least: least)
    }

    /// - Parameters:
    ///   - points: when each window ended, and what it measured.
    ///   - x: the end that is foretold.
    ///   - floor: below it can never be.
    /// - Returns: `nil` with fewer than four windows.
    public static func trend(_ points: [(x: Double, y: Double)], at x: Double, floor: Double? = nil) -> Forecast? {
        guard points.count >= fewest, let line = Line(points) else { return nil }
        let count = Double(points.count)
        let residuals = points.reduce(0) { sum, point in
            let residual = point.y - line.at(point.x)
            return sum + residual * residual
        }
        let variance = residuals / (count - 2) * (1 + 1 / count + (x - line.meanX) * (x - line.meanX) / line.spread)
        return Forecast(
            .trend, points: points.count, value: line.at(x), error: variance.squareRoot(), degrees: points.count - 2, least: floor
        )
    }

    /// The straight line of least squares through some points, at x; `nil` where there is none.
    static func line(_ points: [(x: Double, y: Double)], at x: Double) -> Double? { Line(points)?.at(x) }

    private struct Line {
        let meanX: Double
        let meanY: Double
        let spread: Double
        let slope: Double

        init?(_ points: [(x: Double, y: Double)]) {
            let count = Double(points.count)
            let (meanX, meanY) = (points.reduce(0) { $0 + $1.x } / count, points.reduce(0) { $0 + $1.y } / count)
            spread = points.reduce(0) { $0 + ($1.x - meanX) * ($1.x - meanX) }
            guard spread > 0 else { return nil }
            slope = points.reduce(0) { $0 + ($1.x - meanX) * ($1.y - meanY) } / spread
            (self.meanX, self.meanY) = (meanX, meanY)
        }

        func at(_ x: Double) -> Double { meanY + slope * (x - meanX) }
    }

    init(_ method: Method, points: Int, value: Double, error: Double, degrees: Int, least: Double?) {
        self.method = method
        self.points = points
        self.error = error
        self.degrees = degrees
        let value = least.map { max($0, value) } ?? value
        let reach = error > 0 ? error * Distribution.studentTwoSidedQuantile(Self.level, degrees: Double(degrees)) : 0
        self.value = value
        low = least.map { max($0, value - reach) } ?? value - reach
        high = value + reach
    }

    /// How likely it ends at this or above, by its scatter alone.
    public func chance(ofAtLeast wanted: Double) -> Double {
        guard error > 0 else { return value >= wanted ? 1 : 0 }
        let t = (wanted - value) / error
        let tail = Distribution.studentTwoSided(t, degrees: Double(degrees)) / 2
        return t >= 0 ? tail : 1 - tail
    }

    /// How likely it ends where the target is met.
    public func chance(of target: Objective.Target, _ direction: Objective.Direction) -> Double {
        switch target {
        case .value(let wanted): direction == .down ? 1 - chance(ofAtLeast: wanted) : chance(ofAtLeast: wanted)
        case .band(let band):
            error > 0
                ? max(0, chance(ofAtLeast: band.lowerBound) - chance(ofAtLeast: band.upperBound))
                : band.contains(value) ? 1 : 0
        }
    }
}
