import Foundation
import RapportAnalytics
import RapportCore
import RapportStorage
import RapportTabular

/// What `rapport profiles fit` says.
struct ProfilesReport {
    private let profiles: Profiles
    private let output: Output
    private let value: Concentration
    private let trouble: Concentration
    private let buyers: Int
    /// Those that have somebody.
    private let cells: [(cell: RFM.Cell, people: Int, value: Int64)]

    init(_ profiles: Profiles, _ output: Output) {
        self.profiles = profiles
        self.output = output
        value = profiles.valueSpread
        trouble = profiles.troubleSpread
        buyers = profiles.profiles.count { $0.rfm != nil }
        var found: [RFM.Cell: (people: Int, value: Int64)] = [:]
        for profile in profiles.profiles {
            guard let cell = profile.rfm?.cell else { continue }
            let known = found[cell] ?? (0, 0)
            found[cell] = (known.people + 1, known.value + profile.value)
        }
        cells = RFM.Cell.allCases.compactMap { cell in found[cell].map { (cell, $0.people, $0.value) } }
    }

    private var day: String { CivilDate(daysSince1970: profiles.asOf).text }

    /// How many are at a place below `share` of the whole, as the ready-made segments have it.
    private var vitalFew: Int { profiles.profiles.count { $0.rfm != nil && $0.valueStanding.ahead < 0.8 } }
    private var troublesomeFew: Int { profiles.profiles.count { $0.trouble > 0 && $0.troubleStanding.ahead < 0.8 } }
    private var both: Int {
        profiles.profiles.count {
            $0.rfm != nil && $0.valueStanding.ahead < 0.8 && $0.trouble > 0 && $0.troubleStanding.ahead < 0.8
        }
    }
    private var bargains: Int { profiles.profiles.count { $0.bargainScore == 5 && ($0.discountedShare ?? 0) >= 0.5 } }

    private var reasons: [(reason: LapseReason, people: Int)] {
        LapseReason.allCases.compactMap { reason in
            let people = profiles.profiles.count { $0.lapseReason == reason }
            return people > 0 ? (reason, people) : nil
        }.sorted { ($1.people, $0.reason.rawValue) < ($0.people, $1.reason.rawValue) }
    }

    var telling: Telling {
        var telling = Telling(title: output.text("profiles.title"), subtitle: output.text("profiles.of", ["end": day]))
        telling.parts.append(
            .sentence(
                output.texts(
                    "cli.profiles.customers", count: Int64(buyers),
                    ["count": NumberText.grouped(buyers), "orders": NumberText.grouped(profiles.orders), "end": day])))
        telling.parts.append(
            .sentence(
                output.text(
                    profiles.isProfit ? "profiles.profit" : "profiles.revenue",
                    ["orders": NumberText.grouped(profiles.ordersWithCost), "all": NumberText.grouped(profiles.orders)])))
        if value.total > 0 {
            telling.parts.append(
                .sentence(
                    output.text(
                        "profiles.pareto",
                        [
                            "total": RFMReport.amount(value.total, profiles.currency),
                            "share": NumberText.percent(value.total(ofFirst: 0.2)),
                            "few": NumberText.grouped(vitalFew),
                            "part": NumberText.percent(Double(vitalFew) / Double(max(1, buyers))),
                        ])))
        }
        if trouble.total > 0 {
            telling.parts.append(
                .sentence(
                    output.text(
                        "profiles.trouble",
                        [
                            "total": NumberText.grouped(trouble.total), "share": NumberText.percent(trouble.total(ofFirst: 0.2)),
                            "few": NumberText.grouped(troublesomeFew), "both": NumberText.grouped(both),
                        ])))
        } else {
            telling.parts.append(.sentence(output.text("profiles.no_trouble")))
        }
        telling.parts.append(
            .sentence(
                profiles.ordersWithDiscount > 0
                    ? output.text(
                        "profiles.discounts",
                        [
                            "orders": NumberText.grouped(profiles.ordersWithDiscount),
                            "share": NumberText.percent(Double(profiles.ordersWithDiscount) / Double(max(1, profiles.orders))),
                            "people": NumberText.grouped(bargains),
                        ]) : output.text("profiles.no_discounts")))
        let most = cells.map(\.people).max() ?? 1
        telling.parts.append(
            .table(
                ["cell", "customers", "share", "of_money", ""],
                cells.map { cell in
                    [
                        RFMReport.name(cell.cell, output), NumberText.grouped(cell.people),
                        NumberText.percent(Double(cell.people) / Double(max(1, buyers))),
                        NumberText.percent(whole > 0 ? max(0, Double(cell.value)) / Double(whole) : 0),
                        TextPlot.bar(Double(cell.people) / Double(most), width: 24),
                    ]
                }))
        if !reasons.isEmpty {
            telling.parts.append(
                .table(
                    ["lapsed_after", "people"],
                    reasons.map { [output.text("profiles.reason.\($0.reason.rawValue)"), NumberText.grouped($0.people)] }))
        }
        telling.parts.append(
            .chart(
                title: output.text("profiles.both_ways"),
                .lines(
                    [
                        .init(output.text("profiles.value_curve"), value.curve(points: 100)),
                        .init(output.text("profiles.trouble_curve"), trouble.curve(points: 100)),
                        .init(output.text("rfm.alike"), [(0, 0), (1, 1)], dashed: true),
                    ],
                    .init(x: output.text("rfm.of_customers"), y: output.text("profiles.of_whole"), isShare: true, isShareX: true)),
                caption: ""))
        return telling
    }

    private var whole: Int64 { cells.reduce(0) { $0 + max(0, $1.value) } }

    var json: [JSONValue.Member] {
        [
            .init("model", "profiles"), .init("as_of", .string(day)), .init("customers", .number(buyers)),
            .init("orders", .number(profiles.orders)), .init("currency", .text(profiles.currency)),
            .init("value_is", profiles.isProfit ? "profit" : "revenue"), .init("value", .number(value.total)),
            .init("top_fifth_share", .number(value.total(ofFirst: 0.2))), .init("vital_few", .number(vitalFew)),
            .init("trouble", .number(Int(trouble.total))), .init("top_fifth_trouble_share", .number(trouble.total(ofFirst: 0.2))),
            .init("troublesome_few", .number(troublesomeFew)), .init("valued_and_troubled", .number(both)),
            .init("orders_with_discount", .number(profiles.ordersWithDiscount)), .init("bargain_hunters", .number(bargains)),
            .init(
                "cells",
                .array(
                    cells.map {
                        .object([.init("cell", .string($0.cell.rawValue)), .init("customers", .number($0.people))])
                    })),
            .init(
                "lapsed",
                .array(
                    reasons.map {
                        .object([.init("reason", .string($0.reason.rawValue)), .init("people", .number($0.people))])
                    })),
        ]
    }

    func csv(_ names: [PersonID: String]) -> String {
        let scores = profiles.scores()
        return CSVText.line(["person"] + scores.fields.map(\.name))
            + scores.values.map { person, values in
                CSVText.line([names[person] ?? ""] + values.map { $0.isNull ? "" : $0.string ?? $0.text })
            }.joined()
    }
}
