import Foundation
import RapportAnalytics
import RapportCore

/// What `rapport lift` says of one outcome.
enum LiftReport {
    static func show(_ experiment: Experiment, level: Double, planned: Int?, _ output: Output) {
        let isRate = experiment.kind == .rate
        let compared = experiment.comparisons(level: level, planned: planned)
        output.line(
            output.styled(experiment.outcome, .bold) + (isRate ? ", yes or no" : ", an amount")
                + ", against \"\(experiment.controlArm.name)\"")
        output.table(
            ["group", "members", isRate ? "rate" : "mean", "interval"],
            experiment.arms.map { arm in
                let outcome = arm.outcome
                guard outcome.count > 0 else { return [arm.name, "0", "—", "no row"] }
                guard isRate else {
                    let spread = outcome.variance.map { "standard deviation \(NumberText.significant($0.squareRoot()))" } ?? ""
                    return [arm.name, NumberText.grouped(outcome.count), NumberText.significant(outcome.mean), spread]
                }
                let interval = LiftComparison.wilson(outcome, level: level)
                return [
                    arm.name, NumberText.grouped(outcome.count), NumberText.percent(outcome.mean, decimals: 3),
                    interval.map { "\(NumberText.percent($0.low, decimals: 2)) to \(NumberText.percent($0.high, decimals: 2))" }
                        ?? "",
                ]
            })
        output.line()
        let ends = compared.flatMap { [$0.comparison.interval?.low, $0.comparison.interval?.high, 0].compactMap { $0 } }
        let range = (ends.min() ?? 0)...(ends.max() ?? 1)
        let corrected = Experiment.holm(compared.map(\.comparison.pValue))
        for (index, (arm, comparison)) in compared.enumerated() {
            output.line(experiment.sentence(arm, comparison) + ".")
            guard let interval = comparison.interval, let statistic = comparison.statistic else { continue }
            output.line(
                "  "
                    + TextPlot.interval(
                        low: interval.low, estimate: comparison.difference, high: interval.high, reference: 0, within: range,
                        width: 60))
            var test =
                isRate
                ? "  z = \(decimal(statistic)) (pooled; \(decimal(comparison.unpooledStatistic ?? 0)) unpooled)"
                : "  Welch t = \(decimal(statistic)) (\(NumberText.grouped(comparison.degrees ?? 0, decimals: 1)) degrees of freedom)"
            test += ", p = \(Experiment.probability(comparison.pValue))"
            if compared.count > 1 {
                test += ", \(Experiment.probability(corrected[index])) for \(compared.count) comparisons (Holm)"
            }
            output.line(test)
            if let low = comparison.anytimeInterval?.low, let high = comparison.anytimeInterval?.high {
                output.line(
                    "  however often one looks: \(experiment.amount(low)) to \(experiment.amount(high)), p = "
                        + Experiment.probability(comparison.anytimePValue))
            }
            if let detectable = comparison.detectable() { output.line("  " + advice(experiment, comparison, detectable)) }
        }
        for caution in experiment.cautions(level: level) { output.line("mind: \(caution)") }
        output.line()
    }

    private static func advice(_ experiment: Experiment, _ comparison: LiftComparison, _ detectable: Double) -> String {
        var text = "groups of this size show a lift of \(experiment.amount(detectable)) four times out of five"
        let tenth = abs(comparison.control.mean) / 10
        if let needed = comparison.needed(for: tenth) {
            text += "; a tenth of the control needs \(NumberText.grouped(needed)) a group"
        }
        return text
    }

    private static func decimal(_ value: Double) -> String { NumberText.grouped(value, decimals: 3) }
}
