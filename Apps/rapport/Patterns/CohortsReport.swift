import Foundation
import RapportAnalytics
import RapportCore

/// What `rapport cohorts` says.
enum CohortsReport {
    static func telling(_ cohorts: Cohorts, of source: String, currency: String?, _ output: Output) -> Telling {
        let day = CivilDate(daysSince1970: cohorts.end).text
        let every = output.text("patterns.\(cohorts.every.rawValue)")
        var telling = Telling(
            title: output.text("cohorts.title", ["period": every]),
            subtitle: output.text("patterns.of", ["source": source, "end": day]))
        telling.parts.append(
            .sentence(
                output.texts(
                    "cli.cohorts.customers", count: Int64(cohorts.customers),
                    ["count": NumberText.grouped(cohorts.customers), "cohorts": "\(cohorts.cohorts.count)", "period": every])))
        if cohorts.withoutPurchase > 0 {
            telling.parts.append(
                .mind(output.text("patterns.refunds_only", ["customers": NumberText.grouped(cohorts.withoutPurchase)])))
        }
        guard !cohorts.cohorts.isEmpty else { return telling }
        if cohorts.isLastPartial { telling.parts.append(.mind(output.text("patterns.partial", ["end": day, "period": every]))) }
        if let next = cohorts.retention(age: 1) {
            telling.parts.append(
                .sentence(
                    output.text(
                        "cohorts.next",
                        [
                            "share": NumberText.percent(next.share), "period": every,
                            "customers": NumberText.grouped(next.customers),
                        ])))
        }
        let ages = min(12, (cohorts.cohorts.map(\.active.count).max() ?? 1) - 1)
        let shown = Array(cohorts.cohorts.suffix(24))
        telling.parts.append(
            .table(
                ["cohort", "customers"] + (0...ages).map { "+\($0)" },
                shown.map { cohort in
                    [cohorts.every.name(of: cohort.period), NumberText.grouped(cohort.size)]
                        + (0...ages).map {
                            $0 < cohort.active.count ? NumberText.grouped(cohort.retention($0) * 100) + "%" : ""
                        }
                }))
        if shown.count < cohorts.cohorts.count {
            telling.parts.append(.sentence(output.text("cohorts.more", ["cohorts": "\(cohorts.cohorts.count - shown.count)"])))
        }
        let curve = cohorts.curve
        if curve.count > 1 {
            telling.parts.append(
                .plot([output.text("cohorts.curve"), "  " + TextPlot.sparkline(curve.dropFirst().map(\.share))]))
        }
        telling.parts.append(
            .chart(
                title: output.text("cohorts.triangle"),
                .heat(
                    rows: shown.map { cohorts.every.name(of: $0.period) }, columns: (0...ages).map { "+\($0)" },
                    cells: shown.map { cohort in (0...ages).map { $0 < cohort.active.count ? cohort.retention($0) : nil } },
                    .init(y: output.text("cohorts.share"), isShare: true)), caption: output.text("cohorts.triangle_note")))
        if curve.count > 1 {
            telling.parts.append(
                .chart(
                    title: output.text("cohorts.curve"),
                    .lines(
                        [.init("", curve.map { (Double($0.age), $0.share) })],
                        .init(x: output.text("cohorts.age", ["period": every]), y: output.text("cohorts.share"), isShare: true)),
                    caption: output.text("cohorts.curve_note")))
        }
        if cohorts.hasMoney { telling.parts += money(cohorts, shown, ages, currency, output) }
        return telling
    }

    private static func money(
        _ cohorts: Cohorts, _ shown: [Cohorts.Cohort], _ ages: Int, _ currency: String?, _ output: Output
    ) -> [Telling.Part] {
        // What a customer of each cohort has brought by each age.
        func brought(_ cohort: Cohorts.Cohort, _ age: Int) -> Double? {
            age < cohort.revenue.count ? cohort.revenue[0...age].reduce(0, +) / Double(cohort.size) : nil
        }
        return [
            .heading(currency.map { output.text("cohorts.money_in", ["currency": $0]) } ?? output.text("cohorts.money")),
            .table(
                ["cohort", "customers"] + (0...ages).map { "+\($0)" },
                shown.map { cohort in
                    [cohorts.every.name(of: cohort.period), NumberText.grouped(cohort.size)]
                        + (0...ages).map { brought(cohort, $0).map { NumberText.significant($0, digits: 3) } ?? "" }
                }),
        ]
    }

    static func rows(_ cohorts: Cohorts) -> [[String]] {
        [["cohort", "customers", "age", "active", "retention", "revenue"]]
            + cohorts.cohorts.flatMap { cohort in
                cohort.active.indices.map { age in
                    [
                        cohorts.every.name(of: cohort.period), "\(cohort.size)", "\(age)", "\(cohort.active[age])",
                        String(format: "%.6f", cohort.retention(age)),
                        cohorts.hasMoney ? String(format: "%.2f", cohort.revenue[age]) : "",
                    ]
                }
            }
    }

    static func json(_ cohorts: Cohorts, currency: String?) -> JSONValue {
        .object([
            .init("every", .string(cohorts.every.rawValue)), .init("end", .string(CivilDate(daysSince1970: cohorts.end).text)),
            .init("last_period_is_partial", .bool(cohorts.isLastPartial)), .init("customers", .number(cohorts.customers)),
            .init("currency", .text(currency)), .init("refunds_only", .number(cohorts.withoutPurchase)),
            .init(
                "cohorts",
                .array(
                    cohorts.cohorts.map { cohort in
                        .object([
                            .init("cohort", .string(cohorts.every.name(of: cohort.period))),
                            .init("customers", .number(cohort.size)),
                            .init("active", .array(cohort.active.map { .number($0) })),
                            .init("retention", .array(cohort.active.indices.map { .number(cohort.retention($0)) })),
                            .init("revenue", cohorts.hasMoney ? .array(cohort.revenue.map { .number($0) }) : .null),
                        ])
                    })),
            .init(
                "retention",
                .array(
                    cohorts.curve.map {
                        .object([
                            .init("age", .number($0.age)), .init("share", .number($0.share)),
                            .init("customers", .number($0.customers)),
                        ])
                    })),
        ])
    }
}
