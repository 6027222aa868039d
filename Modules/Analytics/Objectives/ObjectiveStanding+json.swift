public import RapportCore

extension ObjectiveStanding {
    private static func day(_ day: Int) -> JSONValue { .string(CivilDate(daysSince1970: day).text) }

    private static func json(_ returned: Return?) -> JSONValue {
        returned.map { ["gain": .number($0.gain), "worth": .number($0.worth), "return": .number($0.rate)] } ?? .null
    }

    /// - Parameter since: since when the verdict that was told last has held.
    public func json(since: Timestamp? = nil) -> JSONValue {
        let target: JSONValue =
            switch objective.target {
            case .value(let number): .number(number)
            case .band(let band): .array([.number(band.lowerBound), .number(band.upperBound)])
            }
        return .object([
            .init("name", .string(objective.name)), .init("title", .string(objective.title)),
            .init("owner", .string(objective.owner)), .init("department", .text(objective.department)),
            .init("metric", .string(objective.metric.text)), .init("nature", .string(objective.nature.rawValue)),
            .init("direction", .string(objective.direction.rawValue)),
            .init("from", Self.day(objective.days.lowerBound)), .init("until", Self.day(objective.days.upperBound)),
            .init("step_days", .number(objective.step)), .init("currency", .text(readings.currency)),
            .init("baseline", .number(readings.baseline)), .init("now", .number(readings.now)), .init("target", target),
            .init("elapsed", .number(elapsed)), .init("expected_now", .number(expected)), .init("way_made", .number(way)),
            .init("verdict", .string(verdict.rawValue)), .init("verdict_since", .text(since?.rfc3339)),
            .init("no_data_since", readings.silence.map { Self.day($0.lastDay) } ?? .null),
            .init("left_out", .number(readings.leftOut)),
            .init(
                "forecast",
                forecast.map {
                    [
                        "method": .string($0.method.rawValue), "steps": .number($0.points), "value": .number($0.value),
                        "low": .number($0.low), "high": .number($0.high), "level": .number(Forecast.level),
                        "chance_of_target": .number(chance),
                    ]
                } ?? .null),
            .init(
                "programme",
                objective.programme.map {
                    [
                        "cost_minor": .integer($0.cost), "currency": .string($0.currency), "value_of_one": .number($0.value),
                        "so_far": Self.json(returned), "at_the_end": Self.json(expectedReturn),
                    ]
                } ?? .null),
            .init(
                "steps",
                .array(readings.steps.map { ["until": Self.day($0.end - 1), "value": .number($0.value)] })),
        ])
    }
}
