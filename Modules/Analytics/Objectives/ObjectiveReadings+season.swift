import RapportCore
import RapportStorage

extension ObjectiveReadings {
    /// Reads the same steps a year before, as far as anything had come by then, and what was to come.
    mutating func readSeason(
        _ objective: Objective, stop: Int64, today: Int, _ start: (Int) -> Int64, _ tally: ObjectiveTally
    ) throws {
        let year = ObjectiveSeason.days
        let end = objective.days.upperBound + 1
        guard steps.count >= Forecast.fewest, let since = try tally.since(objective.metric),
            since <= start(steps[steps.count - Forecast.fewest].end - objective.step - year)
        else { return }
        func isKnown(_ step: Step) -> Bool { start(step.end - objective.step - year) >= since }
        switch objective.nature {
        case .total, .size:
            // The part of a step that is over is in `now`; the same part of last year's is in none.
            let then = start(today - year) + stop - start(today)
            let edges = [(steps.first?.end ?? end) - objective.step] + steps.map(\.end)
            var moments = edges.map { start($0 - year) }
            let whole = moments.count - 1
            if let last = moments.last, last < then { moments.append(then) }
            moments.append(start(end - year))
            let grown: [Double?]
            if case .size(let text) = objective.metric {
                let sizes = try tally.sizes(text, at: moments)
                grown = zip(sizes, sizes.dropFirst()).map { $1 - $0 }
            } else {
                grown = try tally.values(objective.metric, moments, adding: true).values.map { $0 ?? 0 }
            }
            guard grown.count > whole, let coming = grown.last ?? nil else { return }
            season = ObjectiveSeason(before: zip(steps, grown).map { isKnown($0) ? $1 : nil }, coming: coming)
        case .windows:
            let moments = [start((steps.first?.end ?? end) - objective.step - year)] + steps.map { start($0.end - year) }
            let windows = try tally.values(objective.metric, moments, adding: false).values
            let last = try tally.values(objective.metric, [start(end - objective.step - year), start(end - year)], adding: false)
            guard let coming = last.values.first ?? nil else { return }
            season = ObjectiveSeason(before: zip(steps, windows).map { isKnown($0) ? $1 : nil }, coming: coming)
        }
    }
}
