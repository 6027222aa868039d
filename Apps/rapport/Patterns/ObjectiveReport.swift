import RapportAnalytics
import RapportCore
import RapportStorage

/// What `rapport objectives show` says.
struct ObjectiveReport {
    private let standing: ObjectiveStanding
    private let since: ObjectiveStore.Told?
    private let zone: TimeZoneRules
    private let output: Output
    private let text: ObjectiveText

    init(_ standing: ObjectiveStanding, since: ObjectiveStore.Told?, zone: TimeZoneRules, _ output: Output) {
        self.standing = standing
        self.since = since
        self.zone = zone
        self.output = output
        text = ObjectiveText(standing, output)
    }

    private var objective: Objective { standing.objective }
    private var readings: ObjectiveReadings { standing.readings }

    private func say(_ key: String, _ values: [String: String] = [:]) -> String { output.text("objectives.\(key)", values) }

    /// What the figure was at the end of each step: a total or a size as it had grown, or the window.
    private var path: [(end: Int, value: Double)] {
        guard objective.nature != .windows else {
            return readings.steps.compactMap { step in step.value.map { (step.end, $0) } }
        }
        var sum = readings.first ?? 0
        return readings.steps.map { step in
            sum += step.value ?? 0
            return (step.end, sum)
        }
    }

    var telling: Telling {
        let department = objective.department.map { ", \($0)" } ?? ""
        var telling = Telling(
            title: objective.title,
            subtitle: say(
                "whose", ["owner": objective.owner, "department": department, "from": text.first, "until": text.last]))
        telling.parts.append(
            .sentence(
                say(
                    "what.\(objective.direction.rawValue)",
                    ["metric": objective.metric.text, "target": text.target + text.unit, "until": text.last])))
        telling.parts.append(
            .facts([
                (say("fact.now"), text.number(readings.now) + text.unit, say("nature.\(objective.nature.rawValue)", days)),
                (say("fact.target"), text.target + text.unit, say("fact.until", ["until": text.last])),
                (say("fact.forecast"), standing.forecast.map { text.number($0.value, isExact: false) + text.unit } ?? "—", range),
                (say("fact.verdict"), text.verdict, held),
            ]))
        telling.parts += sentences.map { Telling.Part.sentence($0) }
        for note in notes { telling.parts.append(.mind(note)) }
        let values = path.map(\.value)
        if values.count > 1 {
            telling.parts.append(.plot(["  \(TextPlot.sparkline(Array(values.suffix(60))))  \(text.verdict)"]))
        }
        if !path.isEmpty { telling.parts.append(.chart(title: say("chart"), chart, caption: caption)) }
        telling.parts.append(table)
        return telling
    }

    private var days: [String: String] { ["days": "\(objective.step)"] }

    private var range: String {
        if let since = text.silentSince { return say("no_data_since", ["since": since]) }
        guard let forecast = standing.forecast else { return say("no_forecast", ["fewest": "\(Forecast.fewest)"]) }
        return say(
            "range",
            ["low": text.number(forecast.low, isExact: false), "high": text.number(forecast.high, isExact: false)])
    }

    private var held: String {
        guard let since, since.verdict == standing.verdict else { return "" }
        return say("since", ["since": zone.dayText(since.at)])
    }

    private var sentences: [String] {
        var out: [String] = []
        guard standing.isBegun else { return [say("not_begun", ["from": text.first])] }
        out.append(
            say(
                readings.now == nil ? "unmeasured" : standing.expected == nil ? "stands" : "stands_expected",
                [
                    "now": text.number(readings.now) + text.unit,
                    "expected": text.number(standing.expected, isExact: false) + text.unit,
                    "baseline": text.number(readings.baseline) + text.unit,
                    "elapsed": NumberText.percent(standing.elapsed, decimals: 0),
                ]))
        if let way = standing.way {
            let made = NumberText.percent(way, decimals: 0)
            out.append(
                say(
                    objective.nature == .total ? "way.total" : "way.other",
                    ["way": made, "baseline": text.number(readings.baseline)]))
        }
        if let forecast = standing.forecast {
            out.append(
                say(
                    "forecast.\(forecast.method.rawValue)",
                    [
                        "value": text.number(forecast.value, isExact: false) + text.unit,
                        "low": text.number(forecast.low, isExact: false),
                        "high": text.number(forecast.high, isExact: false), "steps": "\(forecast.points)",
                        "days": "\(objective.step)",
                        "until": text.last, "chance": chance(standing.chance ?? 0),
                    ]))
        } else if let since = text.silentSince {
            out.append(say("silent", ["since": since]))
        } else if !standing.isOver {
            out.append(
                say(
                    "too_few",
                    [
                        "steps": "\(readings.steps.count { $0.value != nil })", "days": "\(objective.step)",
                        "fewest": "\(Forecast.fewest)",
                    ]))
        }
        out.append(say("verdict", ["verdict": text.verdict, "held": held.isEmpty ? "" : ", " + held]))
        if let programme = objective.programme { out += returns(programme) }
        return out
    }

    /// Never 0 % or 100 %: the scatter so far does not know everything.
    private func chance(_ share: Double) -> String {
        share < 0.01 ? "< 1 %" : share > 0.99 ? "> 99 %" : NumberText.percent(share, decimals: 0)
    }

    private func returns(_ programme: Objective.Programme) -> [String] {
        let digits = Currency.exponent(of: programme.currency)
        func money(_ value: Double) -> String { NumberText.grouped(value, decimals: abs(value) < 10_000 ? digits : 0) }
        let cost = (0..<digits).reduce(Double(programme.cost)) { unit, _ in unit / 10 }
        return [("so_far", standing.returned), ("at_the_end", standing.isOver ? nil : standing.expectedReturn)].compactMap {
            key, returned in
            returned.map {
                say(
                    "return.\(key)",
                    [
                        "gain": text.number($0.gain, isExact: false), "worth": money($0.worth), "cost": money(cost),
                        "currency": programme.currency, "rate": NumberText.percent($0.rate, decimals: 0),
                    ])
            }
        }
    }

    private var notes: [String] {
        var out: [String] = []
        if readings.leftOut > 0 { out.append(output.texts("cli.objectives.left_out", count: Int64(readings.leftOut))) }
        if case .measured? = objective.baseline, readings.baseline == nil { out.append(say("no_baseline")) }
        let gaps = objective.nature == .windows ? readings.steps.count { $0.value == nil } : 0
        if gaps > 0 { out.append(output.texts("cli.objectives.empty_windows", count: Int64(gaps))) }
        return out
    }

    private var caption: String { say(objective.nature == .windows ? "caption.windows" : "caption.path", days) }

    private var chart: Chart {
        let (first, end) = (Double(objective.days.lowerBound), Double(objective.days.upperBound + 1))
        var series: [Chart.Series] = []
        let begin = readings.steps.first.map { Double($0.end - objective.step) } ?? first
        let start: [(x: Double, y: Double)] = objective.nature == .windows ? [] : [(begin, readings.first ?? 0)]
        let here: [(x: Double, y: Double)] =
            objective.nature == .windows ? [] : readings.now.map { [(x: readings.at, y: $0)] } ?? []
        series.append(.init(say("series.actual"), start + path.map { (x: Double($0.end), y: $0.value) } + here))
        switch objective.target {
        case .value(let target):
            let from = objective.nature == .total ? 0 : readings.baseline
            series.append(.init(say("series.plan"), [(first, from ?? target), (end, target)], dashed: true))
        case .band(let band):
            series.append(.init(say("series.least"), [(first, band.lowerBound), (end, band.lowerBound)], dashed: true))
            series.append(.init(say("series.most"), [(first, band.upperBound), (end, band.upperBound)], dashed: true))
        }
        if let forecast = standing.forecast, let now = readings.now {
            let from = objective.nature == .windows ? Double(path.last?.end ?? Int(readings.at)) : readings.at
            for (name, value) in [("forecast", forecast.value), ("low", forecast.low), ("high", forecast.high)] {
                series.append(.init(say("series.\(name)"), [(from, now), (end, value)], dashed: true))
            }
        }
        return .lines(series, .init(y: objective.metric.text, isTime: true))
    }

    private var table: Telling.Part {
        let grown = objective.nature != .windows
        let most = readings.steps.compactMap(\.value).max() ?? 0
        var sums = path.map(\.value)[...]
        return .table(
            grown ? ["until", "step", "reached", ""] : ["until", "value", ""],
            readings.steps.map { step in
                let day = CivilDate(daysSince1970: step.end - 1).text
                let bar = TextPlot.bar(most > 0 ? (step.value ?? 0) / most : 0, width: 24)
                return grown
                    ? [day, text.number(step.value), text.number(sums.popFirst()), bar] : [day, text.number(step.value), bar]
            }.suffix(31))
    }

    var rows: [[String]] {
        [["until", "value"]]
            + readings.steps.map { [CivilDate(daysSince1970: $0.end - 1).text, NumberText.json($0.value) ?? ""] }
    }
}
