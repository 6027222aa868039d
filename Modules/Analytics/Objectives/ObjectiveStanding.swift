import RapportCore

/// How an objective stands: how far it has come, where it should be, where it will end, and what its programme brought.
public struct ObjectiveStanding: Sendable, Hashable {
    /// What a programme brought for what it cost.
    public struct Return: Sendable, Hashable {
        /// Of the figure, more than the baseline (less, where down is better).
        public var gain: Double
        /// Worth in the programme's currency.
        public var worth: Double
        /// (worth − cost) / cost
        public var rate: Double
    }

    public let objective: Objective
    public let readings: ObjectiveReadings
    public let verdict: ObjectiveVerdict
    /// The share of the period that is over, 0…1.
    public let elapsed: Double
    /// Where it should be now on a straight way; `nil` where there is no way: within a band, or without a baseline.
    public let expected: Double?
    /// The share of the way that is made: of a total, of the target; else from the baseline to the target. May be below 0 or above 1.
    public let way: Double?
    public let forecast: Forecast?
    /// How likely the target is met at the end, by the forecast's scatter alone.
    public let chance: Double?
    public let isBegun: Bool
    public let isOver: Bool
    /// So far, and as foretold for the end.
    public let returned: Return?
    public let expectedReturn: Return?

    public init(_ objective: Objective, _ readings: ObjectiveReadings) {
        self.objective = objective
        self.readings = readings
        let (first, end) = (Double(objective.days.lowerBound), Double(objective.days.upperBound + 1))
        isBegun = readings.at > first
        isOver = readings.at >= end
        elapsed = min(1, max(0, (readings.at - first) / (end - first)))
        forecast = isBegun && !isOver && readings.silence == nil ? Forecast(objective, readings) : nil
        chance = forecast?.chance(of: objective.target, objective.direction)
        verdict = Self.verdict(objective, readings, forecast, isBegun: isBegun, isOver: isOver)
        guard isBegun else {
            (expected, way, returned, expectedReturn) = (nil, nil, nil, nil)
            return
        }
        (expected, way) = Self.way(objective, readings, elapsed)
        returned = Self.returned(objective, readings, value: readings.now, share: elapsed)
        expectedReturn = Self.returned(objective, readings, value: isOver ? readings.now : forecast?.value, share: 1)
    }

    private static func verdict(
        _ objective: Objective, _ readings: ObjectiveReadings, _ forecast: Forecast?, isBegun: Bool, isOver: Bool
    ) -> ObjectiveVerdict {
        guard isBegun else { return .early }
        if objective.nature == .total, readings.onlyGrows, let now = readings.now {
            switch (objective.direction, objective.target) {
            case (.up, .value(let wanted)) where now >= wanted: return .reached
            case (.down, .value(let most)) where now > most: return .missed
            case (.within, .band(let band)) where now > band.upperBound: return .missed
            default: break
            }
        }
        guard readings.silence == nil else { return .silent }
        guard let now = readings.now else { return isOver ? .unmeasured : .early }
        if isOver { return objective.isMet(by: now) ? .reached : .missed }
        guard let forecast else { return .early }
        return objective.isMet(by: forecast.value) ? .onTrack : .drifting
    }

    private static func way(
        _ objective: Objective, _ readings: ObjectiveReadings, _ elapsed: Double
    ) -> (expected: Double?, way: Double?) {
        guard case .value(let target) = objective.target else { return (nil, nil) }
        if objective.nature == .total {
            return (target * elapsed, target == 0 ? nil : readings.now.map { $0 / target })
        }
        guard let baseline = readings.baseline else { return (nil, nil) }
        let whole = target - baseline
        return (baseline + whole * elapsed, whole == 0 ? nil : readings.now.map { ($0 - baseline) / whole })
    }

    private static func returned(
        _ objective: Objective, _ readings: ObjectiveReadings, value: Double?, share: Double
    ) -> Return? {
        guard let programme = objective.programme, let value, let baseline = readings.baseline else { return nil }
        // A total is compared with what so much of the period would have brought anyway.
        let before = objective.nature == .total ? baseline * share : baseline
        let gain = objective.direction == .down ? before - value : value - before
        let cost = (0..<Currency.exponent(of: programme.currency)).reduce(Double(programme.cost)) { unit, _ in unit / 10 }
        return Return(gain: gain, worth: gain * programme.value, rate: (gain * programme.value - cost) / cost)
    }
}
