import Foundation
import RapportAnalytics
import RapportCore

/// What `rapport rhythm` says.
enum RhythmReport {
    static func telling(_ rhythm: Rhythm, depth: Int, of source: String, _ output: Output) -> Telling {
        let day = CivilDate(daysSince1970: rhythm.end).text
        var telling = Telling(
            title: output.text("rhythm.title"), subtitle: output.text("patterns.of", ["source": source, "end": day]))
        guard rhythm.customers > 0 else {
            telling.parts.append(.sentence(output.text("patterns.nobody")))
            return telling
        }
        telling.parts.append(
            .sentence(
                output.texts(
                    "cli.rhythm.customers", count: Int64(rhythm.customers),
                    ["count": NumberText.grouped(rhythm.customers), "once": NumberText.grouped(rhythm.once), "end": day])))
        telling.parts.append(table(rhythm, depth, output))
        telling.parts += curves(rhythm, depth, output)
        if let first = rhythm.curves.first(where: { $0.after == 1 })?.survival { telling.parts.append(band(first, output)) }
        telling.parts.append(.mind(output.text("rhythm.mind")))
        return telling
    }

    private static func table(_ rhythm: Rhythm, _ depth: Int, _ output: Output) -> Telling.Part {
        func days(_ time: Int?) -> String { time.map { NumberText.grouped($0) } ?? "—" }
        return .table(
            ["after", "watched", "came_back", "within_30", "within_90", "quarter_by", "half_by", "interval"],
            rhythm.curves.map { curve in
                let survival = curve.survival
                let interval = survival.interval(by: 0.5)
                func share(_ time: Int) -> String { survival.known(at: time).map { NumberText.percent(1 - $0) } ?? "—" }
                let isBounded = interval.low != nil || interval.high != nil
                return [
                    name(curve, depth, output), NumberText.grouped(survival.count), NumberText.grouped(survival.events),
                    share(30), share(90), days(survival.time(by: 0.25)), days(survival.time(by: 0.5)),
                    isBounded ? output.text("rhythm.interval", ["low": days(interval.low), "high": days(interval.high)]) : "—",
                ]
            })
    }

    /// The share that has come back by each day, in the terminal and as a drawing.
    private static func curves(_ rhythm: Rhythm, _ depth: Int, _ output: Output) -> [Telling.Part] {
        let last = rhythm.curves.flatMap { $0.survival.steps.map(\.time) }.max() ?? 1
        let sparklines = rhythm.curves.map { curve in
            "  " + TextPlot.sparkline((0..<48).map { 1 - curve.survival.survival(at: $0 * last / 47) })
                + "  \(name(curve, depth, output))"
        }
        return [
            .plot([output.text("rhythm.share_by", ["days": "\(last)"])] + sparklines),
            .chart(
                title: output.text("rhythm.curves"),
                .lines(
                    rhythm.curves.map { curve in
                        .init(name(curve, depth, output), stairs(curve.survival), dashed: curve.after == nil)
                    }, .init(x: output.text("rhythm.days"), y: output.text("rhythm.share"), isShare: true)),
                caption: output.text("rhythm.how")),
        ]
    }

    /// How sure the first curve is.
    private static func band(_ first: Survival, _ output: Output) -> Telling.Part {
        func line(_ bound: (Survival.Step) -> Double?) -> [(x: Double, y: Double)] {
            first.steps.compactMap { step in bound(step).map { (Double(step.time), 1 - $0) } }
        }
        return .chart(
            title: output.text("rhythm.band", ["level": NumberText.percent(first.level, decimals: 0)]),
            .lines(
                [
                    .init(output.text("rhythm.estimate"), stairs(first)),
                    .init(output.text("rhythm.low"), line(\.high), dashed: true),
                    .init(output.text("rhythm.high"), line(\.low), dashed: true),
                ], .init(x: output.text("rhythm.days"), y: output.text("rhythm.share"), isShare: true)), caption: "")
    }

    private static func stairs(_ survival: Survival) -> [(x: Double, y: Double)] {
        var points = [(x: 0.0, y: 0.0)]
        for step in survival.steps where step.events > 0 {
            points.append((Double(step.time), points[points.count - 1].y))
            points.append((Double(step.time), 1 - step.survival))
        }
        if let last = survival.steps.last { points.append((Double(last.time), points[points.count - 1].y)) }
        return points
    }

    private static func name(_ curve: Rhythm.Curve, _ depth: Int, _ output: Output) -> String {
        guard let after = curve.after else { return output.text("rhythm.all") }
        return output.text(after == depth ? "rhythm.later" : "rhythm.after", ["number": "\(after)"])
    }

    static func rows(_ rhythm: Rhythm) -> [[String]] {
        func number(_ value: Double?) -> String { value.map { String(format: "%.6f", $0) } ?? "" }
        return [["after", "days", "at_risk", "events", "censored", "survival", "low", "high"]]
            + rhythm.curves.flatMap { curve in
                curve.survival.steps.map { step in
                    [
                        curve.after.map { "\($0)" } ?? "all", "\(step.time)", "\(step.atRisk)", "\(step.events)",
                        "\(step.censored)",
                        number(step.survival), number(step.low), number(step.high),
                    ]
                }
            }
    }

    static func json(_ rhythm: Rhythm) -> JSONValue {
        .object([
            .init("end", .string(CivilDate(daysSince1970: rhythm.end).text)), .init("customers", .number(rhythm.customers)),
            .init("bought_once", .number(rhythm.once)), .init("refunds_only", .number(rhythm.withoutPurchase)),
            .init(
                "curves",
                .array(
                    rhythm.curves.map { curve in
                        let interval = curve.survival.interval(by: 0.5)
                        func days(_ time: Int?) -> JSONValue { time.map { .number($0) } ?? .null }
                        return .object([
                            .init("after", curve.after.map { .number($0) } ?? .null),
                            .init("watched", .number(curve.survival.count)),
                            .init("events", .number(curve.survival.events)), .init("level", .number(curve.survival.level)),
                            .init("quarter_by_days", days(curve.survival.time(by: 0.25))),
                            .init("median_days", days(curve.survival.time(by: 0.5))), .init("median_low", days(interval.low)),
                            .init("median_high", days(interval.high)),
                            .init(
                                "steps",
                                .array(
                                    curve.survival.steps.map { step in
                                        .object([
                                            .init("days", .number(step.time)), .init("at_risk", .number(step.atRisk)),
                                            .init("events", .number(step.events)), .init("censored", .number(step.censored)),
                                            .init("survival", .number(step.survival)), .init("low", .number(step.low)),
                                            .init("high", .number(step.high)),
                                        ])
                                    })),
                        ])
                    })),
        ])
    }
}
