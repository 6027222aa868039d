import RapportAnalytics
import RapportCore
import RapportStorage

/// What `rapport objectives list` says.
struct ObjectivesReport {
    private let standings: [ObjectiveStanding]
    private let told: [String: ObjectiveStore.Told]
    private let output: Output

    init(_ standings: [ObjectiveStanding], told: [String: ObjectiveStore.Told], _ output: Output) {
        self.standings = standings
        self.told = told
        self.output = output
    }

    /// By department, those without one last.
    private var departments: [(name: String?, standings: [ObjectiveStanding])] {
        let groups = Dictionary(grouping: standings, by: \.objective.department)
        let named = groups.keys.compactMap { $0 }.sorted()
        return named.map { ($0, groups[$0] ?? []) } + (groups[nil].map { [(nil, $0)] } ?? [])
    }

    private func name(_ department: String?) -> String { department ?? output.text("objectives.no_department") }

    /// `2 on track, 1 drifting`
    private func summary(_ standings: [ObjectiveStanding]) -> String {
        ObjectiveVerdict.allCases.compactMap { verdict in
            let count = standings.count { $0.verdict == verdict }
            return count == 0 ? nil : "\(count) \(ObjectiveText.verdict(verdict, output))"
        }.joined(separator: ", ")
    }

    var telling: Telling {
        var telling = Telling(
            title: output.text("objectives.title"),
            subtitle: output.texts("cli.objectives.of", count: Int64(standings.count), ["verdicts": summary(standings)]))
        guard !standings.isEmpty else {
            telling.parts.append(.sentence(output.text("objectives.none")))
            return telling
        }
        telling.parts.append(
            .facts(
                departments.map { department, standings in
                    let well = standings.count { !$0.verdict.isAlarming }
                    return (name: name(department), value: "\(well) / \(standings.count)", note: summary(standings))
                }))
        for (department, standings) in departments {
            telling.parts.append(.heading(name(department)))
            telling.parts.append(
                .table(
                    ["objective", "owner", "now", "should_be", "target", "way_made", "foretold", "verdict", "until"],
                    standings.map { standing in
                        let text = ObjectiveText(standing, output)
                        let foretold =
                            standing.forecast.map {
                                "\(text.number($0.value, isExact: false)) (\(text.number($0.low, isExact: false))–\(text.number($0.high, isExact: false)))"
                            } ?? "—"
                        return [
                            standing.objective.name, standing.objective.owner, text.number(standing.readings.now),
                            text.number(standing.expected, isExact: false), text.target, text.way, foretold, text.verdict,
                            text.last,
                        ]
                    }))
            telling.parts.append(
                .sentence(output.texts("cli.objectives.of", count: Int64(standings.count), ["verdicts": summary(standings)])))
        }
        let ways = standings.filter { $0.way != nil }
        if !ways.isEmpty {
            telling.parts.append(
                .chart(
                    title: output.text("objectives.way_chart"),
                    .bars(
                        categories: ways.map(\.objective.title),
                        [
                            .init(output.text("objectives.made"), ways.map { max(0, min(1.5, $0.way ?? 0)) }),
                            .init(output.text("objectives.elapsed"), ways.map(\.elapsed)),
                        ], .init(isShare: true)), caption: output.text("objectives.way_caption")))
        }
        return telling
    }

    var rows: [[String]] {
        [
            [
                "department", "name", "title", "owner", "metric", "direction", "from", "until", "baseline", "now", "target",
                "target_high", "expected_now", "way_made", "forecast", "low", "high", "chance", "verdict", "currency",
            ]
        ]
            + standings.map { standing in
                func json(_ value: Double?) -> String { NumberText.json(value) ?? "" }
                let (objective, text) = (standing.objective, ObjectiveText(standing, output))
                let (target, high): (Double, Double?) =
                    switch objective.target {
                    case .value(let value): (value, nil)
                    case .band(let band): (band.lowerBound, band.upperBound)
                    }
                return [
                    objective.department ?? "", objective.name, objective.title, objective.owner, objective.metric.text,
                    objective.direction.rawValue, text.first, text.last, json(standing.readings.baseline),
                    json(standing.readings.now), json(target), json(high), json(standing.expected), json(standing.way),
                    json(standing.forecast?.value), json(standing.forecast?.low), json(standing.forecast?.high),
                    json(standing.chance), standing.verdict.rawValue, standing.readings.currency ?? "",
                ]
            }
    }

    var json: JSONValue {
        func counts(_ standings: [ObjectiveStanding]) -> JSONValue {
            .object(
                ObjectiveVerdict.allCases.map { verdict in
                    .init(verdict.rawValue, .number(standings.count { $0.verdict == verdict }))
                })
        }
        return [
            "departments": .array(
                departments.map { department, standings in
                    [
                        "department": .text(department), "objectives": .number(standings.count), "verdicts": counts(standings),
                    ]
                }),
            "objectives": .array(
                standings.map { standing in
                    let last = told[standing.objective.name]
                    return standing.json(since: last.flatMap { $0.verdict == standing.verdict ? $0.at : nil })
                }),
        ]
    }
}
