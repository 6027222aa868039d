extension Forecast {
    /// What an objective will come to at the end of its period: by the same time of the last year where it is known and says more, else by
    /// its own steps alone.
    ///
    /// - Returns: `nil` with too few steps.
    init?(_ objective: Objective, _ readings: ObjectiveReadings) {
        let end = Double(objective.days.upperBound + 1)
        let measured = readings.steps.compactMap { step in step.value.map { (x: Double(step.end), y: $0) } }
        let pairs = readings.season.map { season in
            zip(readings.steps, season.before).compactMap { step, before -> (x: Double, pair: ForecastPair)? in
                guard let now = step.value, let before else { return nil }
                return (Double(step.end), ForecastPair(now: now, before: before))
            }
        }
        let found: Forecast?
        switch objective.nature {
        case .total, .size:
            guard let now = readings.now else { return nil }
            let floor: Double? = objective.nature == .size || readings.onlyGrows ? 0 : nil
            let ahead = (end - readings.at) / Double(objective.step)
            let seasonal = pairs.flatMap { pairs in
                Self.season(
                    from: now, pairs.map(\.pair), coming: readings.season?.coming ?? 0, ahead: ahead, floor: floor
                ) { count in pairs.prefix(count).reduce(0) { $0 + $1.pair.now } / Double(count) }
            }
            found = seasonal ?? Self.drift(from: now, increments: measured.map(\.y), ahead: ahead, floor: floor)
        case .windows:
            let isNeverBelow: Bool = if case .mean = objective.metric { false } else { measured.allSatisfy { $0.y >= 0 } }
            let floor: Double? = isNeverBelow ? 0 : nil
            let seasonal = pairs.flatMap { pairs in
                Self.season(from: 0, pairs.map(\.pair), coming: readings.season?.coming ?? 0, ahead: 1, floor: floor) { count in
                    Self.line(pairs.prefix(count).map { (x: $0.x, y: $0.pair.now) }, at: pairs[count].x)
                }
            }
            found = seasonal ?? Self.trend(measured, at: end, floor: floor)
        }
        guard let found else { return nil }
        self = found
    }
}
