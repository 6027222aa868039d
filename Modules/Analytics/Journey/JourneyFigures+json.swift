public import RapportCore

extension JourneyFigures {
    private static func json(_ waits: Waits?) -> JSONValue {
        waits.map { ["count": .number($0.count), "median_ms": .number($0.median), "p90_ms": .number($0.ninth)] } ?? .null
    }

    private static func json(_ answers: Answers?) -> JSONValue {
        answers.map {
            [
                "answers": .number($0.count), "mean": .number($0.mean), "good_share": .number($0.good),
                "good_from": .number($0.from),
            ]
        } ?? .null
    }

    public var json: JSONValue {
        [
            "from": .string(CivilDate(daysSince1970: days.lowerBound).text),
            "until": .string(CivilDate(daysSince1970: days.upperBound).text),
            "stages": .array(
                stages.map { stage in
                    .object([
                        .init("stage", .string(stage.name.rawValue)), .init("title", .text(stage.title)),
                        .init("people", .number(stage.people)), .init("next", .text(stage.next?.rawValue)),
                        .init("went_on", stage.isAheadKnown ? .number(stage.wentOn) : .null),
                        .init("drop_off", .number(stage.dropOff)),
                        .init("until_next", Self.json(stage.untilNext)), .init("satisfaction", Self.json(stage.satisfaction)),
                        .init("effort", Self.json(stage.effort)), .init("waiting", Self.json(stage.waiting)),
                        .init("waiting_open", .number(stage.open)), .init("complaints", .number(stage.complaints)),
                        .init("revenue_minor", stage.revenue.map { .integer($0) } ?? .null),
                        .init("buyers", stage.revenue == nil ? .null : .number(stage.buyers)),
                        .init("events", .array(stage.events.map { .string($0) })),
                        .init("never_seen", .array(stage.unseen.map { .string($0) })),
                    ])
                }),
            "complaints_elsewhere": .number(complaintsElsewhere), "currency": .string(currency),
            "orders_left_out": .number(leftOut),
        ]
    }
}
