/// A step of this year beside the same of the year before.
struct ForecastPair: Sendable {
    var now: Double
    var before: Double
}

extension Forecast {
    /// What is to come by what came a year before, more or less as this year's n steps were more or less than the same steps then.
    ///
    /// **Seasonal drift** (a seasonal naïve forecast with drift: Hyndman & Athanasopoulos 2021, §5.2): each step is last year's and the mean m
    /// of the differences so far. For h steps that measured c a year before: c + h·m, with the variance s²·(h + h²/n) as for the drift, s² of
    /// the differences; Student's t with n − 1.
    ///
    /// **Seasonal ratio**, for what grows in proportion: r·c with r = Σyᵢ / Σxᵢ of this year's steps yᵢ and last year's xᵢ > 0. It is the best
    /// linear prediction where yᵢ = r·xᵢ + eᵢ and the variance of eᵢ is σ²·xᵢ (Royall 1970, Biometrika 57:377; Valliant, Dorfman & Royall
    /// 2000, *Finite Population Sampling and Inference*, §2.2): variance σ²·(c + c²/Σxᵢ), σ² = Σ(eᵢ²/xᵢ) / (n − 1); Student's t with n − 1.
    ///
    /// Which of them is taken is told by their mistakes: each step from the fourth on is foretold from those before it (§5.10), and the one
    /// with the smaller mean absolute error is right. Last year is left out altogether where `plain`, which knows no seasons, was wrong by
    /// less than half as much: then this year is not like the last.
    ///
    /// - Parameters:
    ///   - last: where it stands, to which what comes is added; 0 for a window, which begins anew.
    ///   - pairs: the steps so far whose like is known.
    ///   - coming: what is to come, a year before.
    ///   - ahead: so many steps, or parts of one, are to come.
    ///   - plain: what it would have said of the next step after the first so many.
    /// - Returns: `nil` with fewer than four steps, and where last year says less than `plain`.
    static func season(
        from last: Double, _ pairs: [ForecastPair], coming: Double, ahead: Double, floor: Double? = nil, plain: (Int) -> Double?
    ) -> Forecast? {
        guard pairs.count >= fewest, ahead >= 0 else { return nil }
        let canGrow = coming >= 0 && pairs.allSatisfy { $0.before > 0 && $0.now >= 0 }
        let added = mistake(pairs) { difference($0) + $1 }
        let scaled = canGrow ? mistake(pairs) { ratio($0) * $1 } : .infinity
        let unseasonal = mistake(pairs.indices.dropFirst(fewest - 1).map { (plain($0) ?? .infinity, pairs[$0].now) })
        guard unseasonal * 2 >= min(added, scaled) else { return nil }
        return scaled < added
            ? growing(from: last, pairs, coming: coming, floor: floor)
            : drifting(from: last, pairs, coming: coming, ahead: ahead, floor: floor)
    }

    private static func difference(_ pairs: ArraySlice<ForecastPair>) -> Double {
        pairs.reduce(0) { $0 + $1.now - $1.before } / Double(pairs.count)
    }

    private static func ratio(_ pairs: ArraySlice<ForecastPair>) -> Double {
        pairs.reduce(0) { $0 + $1.now } / pairs.reduce(0) { $0 + $1.before }
    }

    /// The mean absolute error of foretelling each step from those before it.
    private static func mistake(_ pairs: [ForecastPair], _ foretell: (ArraySlice<ForecastPair>, Double) -> Double) -> Double {
        mistake(pairs.indices.dropFirst(fewest - 1).map { (foretell(pairs[..<$0], pairs[$0].before), pairs[$0].now) })
    }

    private static func mistake(_ told: [(Double, Double)]) -> Double {
        told.reduce(0) { $0 + abs($1.0 - $1.1) } / Double(max(1, told.count))
    }

    private static func drifting(
        from last: Double, _ pairs: [ForecastPair], coming: Double, ahead: Double, floor: Double?
    ) -> Forecast {
        let (count, mean) = (Double(pairs.count), difference(pairs[...]))
        let squares = pairs.reduce(0) { $0 + ($1.now - $1.before - mean) * ($1.now - $1.before - mean) }
        let variance = squares / (count - 1) * (ahead + ahead * ahead / count)
        return Forecast(
            .seasonalDrift, points: pairs.count, value: last + coming + ahead * mean, error: variance.squareRoot(),
            degrees: pairs.count - 1, least: least(last, pairs, floor))
    }

    private static func growing(from last: Double, _ pairs: [ForecastPair], coming: Double, floor: Double?) -> Forecast {
        let (ratio, known) = (ratio(pairs[...]), pairs.reduce(0) { $0 + $1.before })
        let squares = pairs.reduce(0) { sum, pair in
            let rest = pair.now - ratio * pair.before
            return sum + rest * rest / pair.before
        }
        let variance = squares / Double(pairs.count - 1) * (coming + coming * coming / known)
        return Forecast(
            .seasonalRatio, points: pairs.count, value: last + ratio * coming, error: variance.squareRoot(),
            degrees: pairs.count - 1, least: least(last, pairs, floor))
    }

    /// What has never fallen in a step is not foretold to fall below where it is.
    private static func least(_ last: Double, _ pairs: [ForecastPair], _ floor: Double?) -> Double? {
        pairs.allSatisfy { $0.now >= 0 && $0.before >= 0 } ? max(last, floor ?? last) : floor
    }
}
