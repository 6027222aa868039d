public import RapportCore

extension Experiment {
    /// Every group and every comparison, for machines.
    public func json(level: Double, planned: Int? = nil) -> JSONValue {
        let compared = comparisons(level: level, planned: planned)
        let corrected = Self.holm(compared.map(\.comparison.pValue))
        return .object([
            .init("outcome", .string(outcome)), .init("kind", .string(kind.rawValue)), .init("level", .number(level)),
            .init("control", .string(controlArm.name)), .init("rows_without_group", .number(withoutArm)),
            .init("rows_without_outcome", .number(withoutOutcome)),
            .init(
                "arms",
                .array(
                    arms.map { arm in
                        let interval = kind == .rate ? LiftComparison.wilson(arm.outcome, level: level) : nil
                        return .object([
                            .init("arm", .string(arm.name)), .init("count", .number(arm.outcome.count)),
                            .init("sum", .number(arm.outcome.sum)),
                            .init(kind == .rate ? "rate" : "mean", arm.outcome.count > 0 ? .number(arm.outcome.mean) : .null),
                            .init("standard_deviation", .number(arm.outcome.variance?.squareRoot())),
                            .init("low", .number(interval?.low)), .init("high", .number(interval?.high)),
                        ])
                    })),
            .init(
                "comparisons",
                .array(
                    zip(compared, corrected).map { Self.json($0.0.arm.name, controlArm.name, $0.0.comparison, corrected: $0.1) })),
        ])
    }

    private static func json(_ arm: String, _ control: String, _ compared: LiftComparison, corrected: Double?) -> JSONValue {
        func interval(_ value: LiftComparison.Interval?) -> JSONValue {
            value.map { .array([.number($0.low), .number($0.high)]) } ?? .null
        }
        let isTested = compared.treatment.count > 0 && compared.control.count > 0
        var members: [JSONValue.Member] = [
            .init("arm", .string(arm)), .init("control", .string(control)),
            .init("lift", isTested ? .number(compared.difference) : .null), .init("relative_lift", .number(compared.relative)),
            .init("standard_error", .number(compared.standardError)), .init("interval", interval(compared.interval)),
            .init("relative_interval", interval(compared.relativeInterval)),
        ]
        switch compared.kind {
        case .rate:
            members += [.init("z", .number(compared.statistic)), .init("z_unpooled", .number(compared.unpooledStatistic))]
        case .amount: members += [.init("t", .number(compared.statistic)), .init("degrees", .number(compared.degrees))]
        }
        members += [
            .init("p_value", .number(compared.pValue)), .init("p_value_holm", .number(corrected)),
            .init("anytime_interval", interval(compared.anytimeInterval)),
            .init("anytime_p_value", .number(compared.anytimePValue)), .init("clear", .bool(compared.isClear)),
            .init("detectable_lift", .number(compared.detectable())),
            .init(
                "needed_per_group",
                .object(
                    [0.05, 0.1, 0.2].map { share in
                        .init(
                            NumberText.grouped(share, decimals: 2),
                            compared.needed(for: share * abs(compared.control.mean)).map { .number($0) } ?? .null)
                    })),
        ]
        return .object(members)
    }
}
