import Foundation
import RapportAnalytics
import RapportCore

/// What `rapport lift` says of one outcome.
enum LiftReport {
    static func show(_ experiment: Experiment, level: Double, planned: Int?, _ output: Output) {
        let experiment = experiment.named(output.texts)
        let isRate = experiment.kind == .rate
        let compared = experiment.comparisons(level: level, planned: planned)
        output.say(
            isRate ? "lift.about.rate" : "lift.about.amount",
            ["outcome": output.styled(experiment.outcome, .bold), "control": experiment.controlArm.name])
        output.table(
            ["group", "members", isRate ? "rate" : "mean", "interval"],
            experiment.arms.map { arm in
                let outcome = arm.outcome
                guard outcome.count > 0 else { return [arm.name, "0", "—", output.text("lift.no_row")] }
                guard isRate else {
                    let spread = outcome.variance.map {
                        output.text("lift.deviation", ["deviation": NumberText.significant($0.squareRoot())])
                    }
                    return [arm.name, NumberText.grouped(outcome.count), NumberText.significant(outcome.mean), spread ?? ""]
                }
                let interval = LiftComparison.wilson(outcome, level: level).map {
                    output.text(
                        "lift.interval",
                        ["low": NumberText.percent($0.low, decimals: 2), "high": NumberText.percent($0.high, decimals: 2)])
                }
                return [
                    arm.name, NumberText.grouped(outcome.count), NumberText.percent(outcome.mean, decimals: 3), interval ?? "",
                ]
            })
        output.line()
        let ends = compared.flatMap { [$0.comparison.interval?.low, $0.comparison.interval?.high, 0].compactMap { $0 } }
        let range = (ends.min() ?? 0)...(ends.max() ?? 1)
        let corrected = Experiment.holm(compared.map(\.comparison.pValue))
        for (index, (arm, comparison)) in compared.enumerated() {
            output.line(experiment.sentence(arm, comparison, output.texts) + ".")
            guard let interval = comparison.interval, let statistic = comparison.statistic else { continue }
            output.line(
                "  "
                    + TextPlot.interval(
                        low: interval.low, estimate: comparison.difference, high: interval.high, reference: 0, within: range,
                        width: 60))
            // One comparison needs no correction for several.
            let holm =
                compared.count > 1
                ? output.text(
                    "lift.holm", ["p": Experiment.probability(corrected[index]), "comparisons": "\(compared.count)"])
                : ""
            output.line("  " + test(comparison, statistic, isRate: isRate, output) + holm)
            if let low = comparison.anytimeInterval?.low, let high = comparison.anytimeInterval?.high {
                let anytime = output.text(
                    "lift.anytime",
                    [
                        "low": experiment.amount(low, output.texts), "high": experiment.amount(high, output.texts),
                        "p": Experiment.probability(comparison.anytimePValue),
                    ])
                output.line("  " + anytime)
            }
            if let detectable = comparison.detectable() { output.line("  " + advice(experiment, comparison, detectable, output)) }
        }
        for caution in experiment.cautions(level: level, output.texts) { output.say("analysis.mind", ["remark": caution]) }
        output.line()
    }

    private static func test(_ comparison: LiftComparison, _ statistic: Double, isRate: Bool, _ output: Output) -> String {
        var values = ["statistic": decimal(statistic), "p": Experiment.probability(comparison.pValue)]
        if isRate {
            values["unpooled"] = decimal(comparison.unpooledStatistic ?? 0)
        } else {
            values["degrees"] = NumberText.grouped(comparison.degrees ?? 0, decimals: 1)
        }
        return output.text(isRate ? "lift.test.rate" : "lift.test.amount", values)
    }

    private static func advice(
        _ experiment: Experiment, _ comparison: LiftComparison, _ detectable: Double, _ output: Output
    ) -> String {
        var values = ["lift": experiment.amount(detectable, output.texts)]
        let tenth = abs(comparison.control.mean) / 10
        if let needed = comparison.needed(for: tenth) { values["needed"] = NumberText.grouped(needed) }
        return output.text(values["needed"] == nil ? "lift.detectable" : "lift.detectable_needed", values)
    }

    private static func decimal(_ value: Double) -> String { NumberText.grouped(value, decimals: 3) }
}
