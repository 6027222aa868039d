import RapportCore
import RapportStorage

extension ObjectiveReadings {
    /// Reads what an objective needs.
    static func read(_ objective: Objective, _ tally: ObjectiveTally) throws -> ObjectiveReadings {
        let zone = tally.zone
        func start(_ day: Int) -> Int64 { zone.start(ofDay: Int64(day)) }
        let days = objective.days
        let (first, end) = (start(days.lowerBound), start(days.upperBound + 1))
        let stop = min(tally.asOf.milliseconds, end)
        let today = Int(zone.day(of: stop))
        let at =
            stop == end
            ? Double(days.upperBound + 1)
            : Double(today) + Double(stop - start(today)) / Double(start(today + 1) - start(today))
        var readings = ObjectiveReadings(at: at, steps: [], now: nil)
        if stop > first {
            switch objective.nature {
            case .total: try readings.readTotal(objective, stop: stop, start, tally)
            case .windows:
                try readings.readWindows(objective, lastDay: stop == end ? days.upperBound + 1 : today, stop, start, tally)
            case .size: try readings.readSizes(objective, stop: stop, start, tally)
            }
        }
        // No more events are what a total that grows would drift by; elsewhere they look like success, or leave an old figure standing.
        if stop > first, objective.nature == .windows || (objective.nature == .total && objective.direction != .up) {
            readings.silence = try tally.silence(objective.metric, before: stop == end ? days.upperBound + 1 : today)
        }
        if stop > first, stop < end { try readings.readSeason(objective, stop: stop, today: today, start, tally) }
        try readings.readBaseline(objective, start, tally)
        return readings
    }

    /// The first days of the steps, as long as they are whole, and the day after the last.
    private static func edges(_ objective: Objective, _ stop: Int64, _ start: (Int) -> Int64) -> [Int] {
        Array(
            stride(from: objective.days.lowerBound, through: objective.days.upperBound + 1, by: objective.step)
                .prefix { start($0) <= stop })
    }

    private mutating func take(_ values: ObjectiveTally.Values) {
        currency = values.currency
        onlyGrows = values.onlyGrows
        leftOut = values.leftOut
    }

    private mutating func readTotal(
        _ objective: Objective, stop: Int64, _ start: (Int) -> Int64, _ tally: ObjectiveTally
    ) throws {
        let whole = Self.edges(objective, stop, start)
        var edges = whole.map(start)
        if let last = edges.last, last < stop { edges.append(stop) }
        let values = try tally.values(objective.metric, edges, adding: true)
        take(values)
        steps = zip(whole.dropFirst(), values.values).map { Step(end: $0, value: $1 ?? 0) }
        now = values.values.reduce(0) { $0 + ($1 ?? 0) }
    }

    /// Windows that follow each other up to the last midnight.
    private mutating func readWindows(
        _ objective: Objective, lastDay: Int, _ stop: Int64, _ start: (Int) -> Int64, _ tally: ObjectiveTally
    ) throws {
        let whole = (lastDay - objective.days.lowerBound) / objective.step
        let firstDay = lastDay - max(0, whole) * objective.step
        guard whole > 0 else {
            // Less than a window is over: a mean or a share of it can be told, a number of events would be compared with a whole one.
            switch objective.metric {
            case .mean, .rate:
                let values = try tally.values(objective.metric, [start(objective.days.lowerBound), stop], adding: false)
                take(values)
                now = values.values.first ?? nil
            case .figure, .revenue, .size: break
            }
            return
        }
        let ends = (0...whole).map { firstDay + $0 * objective.step }
        let values = try tally.values(objective.metric, ends.map(start), adding: false)
        take(values)
        steps = zip(ends.dropFirst(), values.values).map { Step(end: $0, value: $1) }
        now = steps.last { $0.value != nil }?.value
    }

    private mutating func readSizes(
        _ objective: Objective, stop: Int64, _ start: (Int) -> Int64, _ tally: ObjectiveTally
    ) throws {
        guard case .size(let text) = objective.metric else { return }
        // Before the segment was defined nobody had entered it: that is no size.
        let since = try tally.definition(of: text)?.milliseconds ?? .min
        let whole = Self.edges(objective, stop, start).filter { start($0) >= since }
        let sizes = try tally.sizes(text, at: whole.map(start) + [stop])
        steps = zip(whole.dropFirst(), zip(sizes, sizes.dropFirst())).map { Step(end: $0, value: $1.1 - $1.0) }
        (first, now) = (whole.isEmpty ? nil : sizes.first, sizes.last)
    }

    private mutating func readBaseline(_ objective: Objective, _ start: (Int) -> Int64, _ tally: ObjectiveTally) throws {
        switch objective.baseline {
        case nil: break
        case .stated(let number): baseline = number
        case .measured(let days):
            let (from, to) = (start(days.lowerBound), start(days.upperBound + 1))
            guard to <= tally.asOf.milliseconds else { return }
            if case .size(let text) = objective.metric {
                baseline = try tally.sizes(text, at: [to]).first
                return
            }
            let values = try tally.values(objective.metric, [from, to], adding: false)
            currency = currency ?? values.currency
            let measured = values.values.first ?? nil
            // What adds up is told for as many days as it is compared with.
            switch (objective.metric, objective.nature) {
            case (.mean, _), (.rate, _), (_, .size): baseline = measured
            case (_, .total): baseline = measured.map { $0 * Double(objective.days.count) / Double(days.count) }
            case (_, .windows): baseline = measured.map { $0 * Double(objective.step) / Double(days.count) }
            }
        }
    }
}
