import RapportAnalytics
import RapportCore

/// An objective's numbers as people read them.
struct ObjectiveText {
    private let standing: ObjectiveStanding
    private let output: Output

    init(_ standing: ObjectiveStanding, _ output: Output) {
        self.standing = standing
        self.output = output
    }

    private var objective: Objective { standing.objective }

    /// Counts and sizes are whole, amounts have two decimals while they are small, the others as many as tell something.
    func number(_ value: Double?, isExact: Bool = true) -> String {
        guard let value else { return "—" }
        if standing.readings.currency != nil {
            return NumberText.grouped(value, decimals: abs(value) < 10_000 && value.rounded() != value ? 2 : 0)
        }
        switch objective.metric {
        case .mean: return NumberText.grouped(value, decimals: 2)
        case .rate: return NumberText.grouped(value, decimals: abs(value) < 100 ? 2 : 0)
        case .figure, .revenue, .size:
            return NumberText.grouped(value, decimals: isExact && value.rounded() != value && abs(value) < 100 ? 1 : 0)
        }
    }

    var target: String {
        switch objective.target {
        case .value(let value): (objective.direction == .down ? "≤ " : "") + number(value)
        case .band(let band): "\(number(band.lowerBound))–\(number(band.upperBound))"
        }
    }

    var verdict: String {
        silentSince.map { output.text("objectives.no_data_since", ["since": $0]) } ?? Self.verdict(standing.verdict, output)
    }

    /// The last day of its data, where that has stopped.
    var silentSince: String? {
        guard standing.verdict == .silent, let silence = standing.readings.silence else { return nil }
        return CivilDate(daysSince1970: silence.lastDay).text
    }

    static func verdict(_ verdict: ObjectiveVerdict, _ output: Output) -> String {
        output.text("objectives.verdict.\(verdict.rawValue)")
    }

    var unit: String { standing.readings.currency.map { " " + $0 } ?? "" }

    var way: String { standing.way.map { NumberText.percent($0, decimals: 0) } ?? "—" }

    var last: String { CivilDate(daysSince1970: objective.days.upperBound).text }
    var first: String { CivilDate(daysSince1970: objective.days.lowerBound).text }

    private var values: [String: String] {
        [
            "title": objective.title, "name": objective.name, "owner": objective.owner, "verdict": verdict,
            "now": number(standing.readings.now) + unit, "target": target + unit, "until": last,
            "forecast": standing.forecast.map { number($0.value, isExact: false) + unit } ?? "—",
        ]
    }

    /// One line that says what is wrong, or that it is done.
    var alert: String {
        output.text(standing.forecast == nil ? "objectives.alert" : "objectives.alert_forecast", values)
    }

    func changed(from before: ObjectiveVerdict) -> String {
        output.text("objectives.changed", values.merging(["line": alert, "before": Self.verdict(before, output)]) { $1 })
    }
}
