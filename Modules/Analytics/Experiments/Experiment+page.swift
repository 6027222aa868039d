import Foundation

extension Experiment {
    /// What one outcome's comparison says in a sentence.
    public func sentence(_ arm: Arm, _ compared: LiftComparison) -> String {
        guard compared.treatment.count > 0, compared.control.count > 0 else {
            return
                "\(compared.treatment.count == 0 ? arm.name : controlArm.name) has no row with \(outcome): nothing can be compared"
        }
        guard let interval = compared.interval else {
            return "no difference can be tested: \(outcome) is the same on every row, or a group has a single row"
        }
        let level = NumberText.plain(compared.level * 100)
        let how = compared.isClear ? (compared.difference > 0 ? "raised" : "lowered") : "did not clearly change"
        let relative = compared.relative.map { ", \($0 > 0 ? "+" : "")\(NumberText.percent($0)) of the control" } ?? ""
        return "\(arm.name) \(how) \(outcome) by \(amount(compared.difference)) (\(level) % interval \(amount(interval.low)) to "
            + "\(amount(interval.high)))\(relative)"
    }

    /// A difference: in percentage points for rates.
    public func amount(_ value: Double) -> String {
        kind == .rate ? NumberText.grouped(value * 100, decimals: 3) + " points" : NumberText.significant(value)
    }

    /// What to mind: few of a kind, too small groups.
    public func cautions(level: Double) -> [String] {
        var out: [String] = []
        if kind == .rate {
            for arm in arms where arm.outcome.count > 0 {
                let yes = arm.outcome.nonzero
                if min(yes, arm.outcome.count - yes) < 5 {
                    out.append(
                        "\(arm.name): \(yes) of \(arm.outcome.count) did: with fewer than 5 of either kind the normal test is rough"
                    )
                }
            }
        }
        if withoutOutcome > 0 {
            out.append(
                "\(NumberText.grouped(withoutOutcome)) row\(withoutOutcome == 1 ? " has" : "s have") no \(outcome): left out")
        }
        if withoutArm > 0 {
            out.append("\(NumberText.grouped(withoutArm)) row\(withoutArm == 1 ? " is" : "s are") in no group: left out")
        }
        return out
    }

    /// Pictures and figures of several outcomes of one experiment.
    public static func page(_ experiments: [Experiment], of source: String, level: Double, planned: Int? = nil) -> ReportPage {
        let arms = experiments.first?.arms ?? []
        var page = ReportPage(
            title: "What the treatment changed",
            subtitle:
                "\(source): \(NumberText.grouped(arms.reduce(0) { $0 + $1.outcome.count })) in \(arms.count) groups, against "
                + "\"\(experiments.first?.controlArm.name ?? "")\"")
        for experiment in experiments {
            let compared = experiment.comparisons(level: level, planned: planned)
            page.parts.append(.heading(experiment.outcome))
            for (arm, comparison) in compared { page.parts.append(.text(experiment.sentence(arm, comparison) + ".")) }
            for caution in experiment.cautions(level: level) { page.parts.append(.warning(caution + ".")) }
            let rows = compared.compactMap { arm, comparison in
                comparison.interval.map { interval in
                    Chart.IntervalRow(
                        arm.name, estimate: comparison.difference, low: interval.low, high: interval.high,
                        wide: comparison.anytimeInterval.map { ($0.low, $0.high) })
                }
            }
            if !rows.isEmpty {
                page.parts.append(
                    .chart(
                        title: "Difference from the control",
                        .intervals(
                            rows, reference: 0,
                            .init(
                                x: experiment.kind == .rate ? "percentage points" : experiment.outcome,
                                isShare: experiment.kind == .rate)),
                        caption:
                            "Thick: the \(NumberText.plain(level * 100)) % interval for one look. Thin: the interval that holds however often one looks."
                    ))
            }
            page.parts.append(
                .table(
                    ["group", "members", experiment.kind == .rate ? "rate" : "mean", "lift", "z or t", "p", "p, any time"],
                    experiment.rows(compared)))
        }
        return page
    }

    private func rows(_ compared: [(arm: Arm, comparison: LiftComparison)]) -> [[String]] {
        func value(_ outcome: ArmOutcome) -> String {
            outcome.count == 0
                ? "—" : kind == .rate ? NumberText.percent(outcome.mean, decimals: 2) : NumberText.significant(outcome.mean)
        }
        let control = [
            controlArm.name, NumberText.grouped(controlArm.outcome.count), value(controlArm.outcome), "—", "—", "—", "—",
        ]
        return [control]
            + compared.map { arm, comparison in
                [
                    arm.name, NumberText.grouped(arm.outcome.count), value(arm.outcome),
                    comparison.relative.map { NumberText.percent($0) } ?? "—",
                    comparison.statistic.map { NumberText.grouped($0, decimals: 3) } ?? "—", Self.probability(comparison.pValue),
                    Self.probability(comparison.anytimePValue),
                ]
            }
    }

    /// `0.0123`, `3.1e-12`.
    public static func probability(_ p: Double?) -> String {
        guard let p else { return "—" }
        return p >= 0.0001 ? String(format: "%.4f", p) : p == 0 ? "< 1e-300" : String(format: "%.1e", p)
    }
}
