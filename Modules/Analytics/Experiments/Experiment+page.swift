import Foundation
public import RapportCore

extension Experiment {
    /// What one outcome's comparison says in a sentence.
    public func sentence(_ arm: Arm, _ compared: LiftComparison, _ texts: Texts) -> String {
        func say(_ key: String, _ values: [String: String] = [:]) -> String {
            texts("cli.lift.\(key)", values.merging(["group": arm.name, "outcome": outcome]) { given, _ in given })
        }
        guard compared.treatment.count > 0, compared.control.count > 0 else {
            return say("said.empty", ["group": compared.treatment.count == 0 ? arm.name : controlArm.name])
        }
        guard let interval = compared.interval else { return say("said.same") }
        let how = compared.isClear ? (compared.difference > 0 ? "raised" : "lowered") : "unclear"
        let relative = compared.relative.map {
            say("said.relative", ["share": "\($0 > 0 ? "+" : "")\(NumberText.percent($0))"])
        }
        return say(
            "said.\(how)",
            [
                "difference": amount(compared.difference, texts), "level": NumberText.plain(compared.level * 100),
                "low": amount(interval.low, texts), "high": amount(interval.high, texts), "relative": relative ?? "",
            ])
    }

    /// A difference: in percentage points for rates.
    public func amount(_ value: Double, _ texts: Texts) -> String {
        guard kind == .rate else { return NumberText.significant(value) }
        return texts("cli.lift.points", ["points": NumberText.grouped(value * 100, decimals: 3)])
    }

    /// What to mind: few of a kind, too small groups.
    public func cautions(level: Double, _ texts: Texts) -> [String] {
        var out: [String] = []
        if kind == .rate {
            for arm in arms where arm.outcome.count > 0 {
                let yes = arm.outcome.nonzero
                guard min(yes, arm.outcome.count - yes) < 5 else { continue }
                out.append(
                    texts("cli.lift.caution.few", ["group": arm.name, "yes": "\(yes)", "all": "\(arm.outcome.count)"]))
            }
        }
        for (key, rows) in [("outcome", withoutOutcome), ("group", withoutArm)] where rows > 0 {
            out.append(
                texts(
                    "cli.lift.caution.no_\(key)", count: Int64(rows),
                    ["count": NumberText.grouped(rows), "outcome": outcome]))
        }
        return out
    }

    /// Pictures and figures of several outcomes of one experiment.
    public static func page(
        _ experiments: [Experiment], of source: String, level: Double, planned: Int? = nil, texts: Texts
    ) -> ReportPage {
        func say(_ key: String, _ values: [String: String] = [:]) -> String { texts("cli.lift.page.\(key)", values) }
        let experiments = experiments.map { $0.named(texts) }
        let arms = experiments.first?.arms ?? []
        var page = ReportPage(
            title: say("title"),
            subtitle: say(
                "of",
                [
                    "source": source, "members": NumberText.grouped(arms.reduce(0) { $0 + $1.outcome.count }),
                    "groups": "\(arms.count)", "control": experiments.first?.controlArm.name ?? "",
                ]), texts: texts)
        for experiment in experiments {
            let (compared, isRate) = (experiment.comparisons(level: level, planned: planned), experiment.kind == .rate)
            page.parts.append(.heading(experiment.outcome))
            for (arm, comparison) in compared { page.parts.append(.text(experiment.sentence(arm, comparison, texts) + ".")) }
            for caution in experiment.cautions(level: level, texts) { page.parts.append(.warning(caution + ".")) }
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
                        title: say("difference"),
                        .intervals(
                            rows, reference: 0, .init(x: isRate ? say("points") : experiment.outcome, isShare: isRate)),
                        caption: say("caption", ["level": NumberText.plain(level * 100)])))
            }
            page.parts.append(
                .table(
                    ["group", "members", isRate ? "rate" : "mean", "lift", "statistic", "p", "anytime"].map {
                        say("column.\($0)")
                    }, experiment.rows(compared)))
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
