import RapportAnalytics
import RapportCore

/// What `rapport journey` says.
struct JourneyReport {
    private let found: JourneyFigures
    private let output: Output

    init(_ found: JourneyFigures, _ output: Output) {
        self.found = found
        self.output = output
    }

    private func say(_ key: String, _ values: [String: String] = [:]) -> String { output.text("journey.\(key)", values) }
    private func say(_ key: String, count: Int, _ values: [String: String] = [:]) -> String {
        output.texts("cli.journey.\(key)", count: Int64(count), values)
    }

    private func title(_ stage: JourneyFigures.Stage) -> String { stage.title ?? say("stage.\(stage.name.rawValue)") }

    private func title(_ name: JourneyStage.Name) -> String {
        found.stages.first { $0.name == name }.map(title) ?? name.rawValue
    }

    private var days: String {
        "\(CivilDate(daysSince1970: found.days.lowerBound).text)…\(CivilDate(daysSince1970: found.days.upperBound).text)"
    }

    private static func answers(_ answers: JourneyFigures.Answers?) -> (mean: String, good: String) {
        guard let answers else { return ("—", "—") }
        return (NumberText.grouped(answers.mean, decimals: 2), NumberText.percent(answers.good, decimals: 0))
    }

    private func waits(_ waits: JourneyFigures.Waits?) -> (median: String, ninth: String) {
        guard let waits else { return ("—", "—") }
        return (shownSpan(waits.median, output), shownSpan(waits.ninth, output))
    }

    var telling: Telling {
        var telling = Telling(title: say("title"), subtitle: say("of", ["days": days]))
        telling.parts.append(.sentence(say("about", ["days": days])))
        if found.isEmpty { telling.parts.append(.sentence(say("none"))) }
        if !found.isEmpty { telling.parts += ways + judgements }
        telling.parts += money
        for stage in found.stages where stage.people == 0 {
            telling.parts.append(
                .mind(
                    say(
                        stage.unseen.count == stage.events.count ? "unseen" : "nobody",
                        ["stage": title(stage), "events": stage.events.joined(separator: ", ")])))
        }
        if found.leftOut > 0 { telling.parts.append(.mind(output.texts("cli.objectives.left_out", count: Int64(found.leftOut)))) }
        if found.complaintsElsewhere > 0 { telling.parts.append(.mind(say("elsewhere", count: found.complaintsElsewhere))) }
        return telling
    }

    /// Where one goes on to: the next stage, or one after it.
    private func ahead(_ stage: JourneyFigures.Stage) -> String {
        guard let next = stage.next else { return "—" }
        let isLast = found.stages.first { $0.name == next }?.next == nil
        return isLast ? title(next) : say("or_later", ["stage": title(next)])
    }

    /// Who was where, and went on.
    private var ways: [Telling.Part] {
        let most = Double(found.stages.map(\.people).max() ?? 0)
        return [
            .heading(say("ways")),
            .table(
                ["stage", "people", "went_on", "to", "drop_off", "half_within", "nine_in_ten_within", ""],
                found.stages.map { stage in
                    let (median, ninth) = waits(stage.untilNext)
                    return [
                        title(stage), NumberText.grouped(stage.people),
                        stage.isAheadKnown ? NumberText.grouped(stage.wentOn) : "—",
                        ahead(stage), stage.dropOff.map { NumberText.percent($0, decimals: 0) } ?? "—", median,
                        ninth,
                        TextPlot.bar(most > 0 ? Double(stage.people) / most : 0, width: 20),
                    ]
                }),
            .chart(
                title: say("ways"),
                .bars(
                    categories: found.stages.map(title),
                    [
                        .init(say("series.people"), found.stages.map { Double($0.people) }),
                        .init(say("series.went_on"), found.stages.map { Double($0.wentOn) }),
                    ], .init(y: say("series.people"))), caption: say("ways_caption")),
        ]
    }

    /// How content they were, how hard it was, how long they waited.
    private var judgements: [Telling.Part] {
        let answered = found.stages.filter { $0.satisfaction != nil }
        var parts: [Telling.Part] = [
            .heading(say("judgements")),
            .table(
                [
                    "stage", "satisfaction", "satisfied", "answers", "effort", "easy", "waited_half", "waited_nine_in_ten",
                    "still_waiting", "complaints",
                ],
                found.stages.map { stage in
                    let (mean, good) = Self.answers(stage.satisfaction)
                    let (effort, easy) = Self.answers(stage.effort)
                    let (median, ninth) = waits(stage.waiting)
                    return [
                        title(stage), mean, good, stage.satisfaction.map { NumberText.grouped($0.count) } ?? "—", effort, easy,
                        median, ninth, NumberText.grouped(stage.open), NumberText.grouped(stage.complaints),
                    ]
                }),
        ]
        if !answered.isEmpty {
            parts.append(
                .chart(
                    title: say("satisfied"),
                    .bars(
                        categories: answered.map(title),
                        [.init(say("satisfied"), answered.map { $0.satisfaction?.good ?? 0 })], .init(isShare: true)),
                    caption: answered.map { "\(title($0)): ≥ \(NumberText.plain($0.satisfaction?.from ?? 0))" }
                        .joined(separator: ", ")))
        }
        return parts
    }

    /// After all else: what they brought.
    private var money: [Telling.Part] {
        guard found.stages.contains(where: { $0.revenue ?? 0 != 0 }) else { return [] }
        let digits = Currency.exponent(of: found.currency)
        func units(_ minor: Int64) -> Double { (0..<digits).reduce(Double(minor)) { unit, _ in unit / 10 } }
        func text(_ value: Double) -> String { NumberText.grouped(value, decimals: abs(value) < 10_000 ? digits : 0) }
        return [
            .heading(say("money", ["currency": found.currency])),
            .table(
                ["stage", "people", "buyers", "revenue", "a_person"],
                found.stages.map { stage in
                    let revenue = units(stage.revenue ?? 0)
                    return [
                        title(stage), NumberText.grouped(stage.people), NumberText.grouped(stage.buyers),
                        stage.people == 0 ? "—" : text(revenue),
                        stage.people == 0 ? "—" : text(revenue / Double(stage.people)),
                    ]
                }),
            .sentence(say("money_about")),
        ]
    }

    var rows: [[String]] {
        func json(_ value: Double?) -> String { NumberText.json(value) ?? "" }
        return [
            [
                "stage", "people", "next", "went_on", "drop_off", "until_next_median_ms", "until_next_p90_ms", "satisfaction",
                "satisfied_share", "answers", "effort", "easy_share", "effort_answers", "waited", "waiting_median_ms",
                "waiting_p90_ms", "waiting_open", "complaints", "buyers", "revenue_minor", "currency",
            ]
        ]
            + found.stages.map { stage in
                [
                    stage.name.rawValue, "\(stage.people)", stage.next?.rawValue ?? "",
                    stage.isAheadKnown ? "\(stage.wentOn)" : "",
                    json(stage.dropOff), json(stage.untilNext?.median), json(stage.untilNext?.ninth),
                    json(stage.satisfaction?.mean), json(stage.satisfaction?.good), "\(stage.satisfaction?.count ?? 0)",
                    json(stage.effort?.mean), json(stage.effort?.good), "\(stage.effort?.count ?? 0)",
                    "\(stage.waiting?.count ?? 0)", json(stage.waiting?.median), json(stage.waiting?.ninth), "\(stage.open)",
                    "\(stage.complaints)", stage.revenue == nil ? "" : "\(stage.buyers)",
                    stage.revenue.map { "\($0)" } ?? "", stage.revenue == nil ? "" : found.currency,
                ]
            }
    }
}
