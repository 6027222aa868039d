import Foundation
import RapportAnalytics
import RapportCore

/// What `rapport rfm` says.
enum RFMReport {
    static func telling(
        _ rfm: RFM, _ money: Concentration, of source: String, currency: String?, _ output: Output
    ) -> Telling {
        let n = rfm.customers.count
        let day = CivilDate(daysSince1970: rfm.end).text
        let cells = rfm.cells
        var telling = Telling(
            title: output.text("rfm.title"), subtitle: output.text("patterns.of", ["source": source, "end": day]))
        telling.parts.append(
            .sentence(output.texts("cli.rfm.customers", count: Int64(n), ["count": NumberText.grouped(n), "end": day])))
        if rfm.withoutPurchase > 0 {
            telling.parts.append(
                .mind(output.text("patterns.refunds_only", ["customers": NumberText.grouped(rfm.withoutPurchase)])))
        }
        guard n > 0 else { return telling }
        if rfm.hasMoney, money.total > 0 {
            telling.parts.append(
                .sentence(
                    output.text(
                        "rfm.pareto",
                        [
                            "total": amount(rfm.money, currency), "share": NumberText.percent(money.total(ofFirst: 0.2)),
                            "few": NumberText.percent(money.customers(bringing: 0.8)),
                        ])))
        }
        let most = cells.map(\.customers).max() ?? 1
        let rows = cells.map { cell in
            [
                name(cell.cell, output), NumberText.grouped(cell.customers),
                NumberText.percent(Double(cell.customers) / Double(n)),
            ]
                + (rfm.hasMoney
                    ? [NumberText.percent(money.total > 0 ? max(0, cell.money) / money.total : 0)] : [])
                + [
                    NumberText.grouped(cell.meanRecencyDays), NumberText.grouped(cell.meanFrequency, decimals: 1),
                    TextPlot.bar(Double(cell.customers) / Double(most), width: 24),
                ]
        }
        if rfm.hasMoney {
            telling.parts.append(
                .table(["cell", "customers", "share", "of_money", "days_since", "times", ""], rows))
        } else {
            telling.parts.append(.table(["cell", "customers", "share", "days_since", "times", ""], rows))
        }
        telling.parts.append(
            .chart(
                title: output.text("rfm.grid"),
                .heat(
                    rows: (1...5).reversed().map { output.text("rfm.frequency", ["score": "\($0)"]) },
                    columns: (1...5).map { output.text("rfm.recency", ["score": "\($0)"]) },
                    cells: rfm.grid.map { $0.map { Double($0) / Double(n) } },
                    .init(y: output.text("rfm.share"), isShare: true)), caption: output.text("rfm.grid_note")))
        if rfm.hasMoney, money.total > 0 {
            telling.parts.append(
                .chart(
                    title: output.text("rfm.curve"),
                    .lines(
                        [
                            .init(output.text("rfm.best_first"), money.curve(points: 100)),
                            .init(output.text("rfm.alike"), [(0, 0), (1, 1)], dashed: true),
                        ],
                        .init(
                            x: output.text("rfm.of_customers"), y: output.text("rfm.of_money"), isShare: true, isShareX: true)),
                    caption: ""))
        }
        telling.parts.append(.sentence(output.text("rfm.how")))
        return telling
    }

    static func name(_ cell: RFM.Cell, _ output: Output) -> String { output.text("rfm.cell.\(cell.rawValue)") }

    static func amount(_ value: Double, _ currency: String?) -> String {
        NumberText.grouped(value, decimals: value < 100 ? 2 : 0) + (currency.map { " " + $0 } ?? "")
    }

    static func rows(_ rfm: RFM, names: [String]) -> [[String]] {
        [["customer", "recency_days", "frequency", "money", "r", "f", "m", "cell"]]
            + rfm.customers.map { customer in
                [
                    names[customer.index], "\(customer.recencyDays)", "\(customer.frequency)",
                    rfm.hasMoney ? String(format: "%.2f", customer.money) : "", "\(customer.recencyScore)",
                    "\(customer.frequencyScore)", rfm.hasMoney ? "\(customer.moneyScore)" : "", customer.cell.rawValue,
                ]
            }
    }

    static func json(_ rfm: RFM, _ money: Concentration, currency: String?) -> JSONValue {
        .object([
            .init("customers", .number(rfm.customers.count)), .init("end", .string(CivilDate(daysSince1970: rfm.end).text)),
            .init("currency", .text(currency)), .init("money", rfm.hasMoney ? .number(rfm.money) : .null),
            .init("top_fifth_share", rfm.hasMoney ? .number(money.total(ofFirst: 0.2)) : .null),
            .init("customers_bringing_80_percent", rfm.hasMoney ? .number(money.customers(bringing: 0.8)) : .null),
            .init("refunds_only", .number(rfm.withoutPurchase)),
            .init(
                "cells",
                .array(
                    rfm.cells.map { cell in
                        .object([
                            .init("cell", .string(cell.cell.rawValue)), .init("customers", .number(cell.customers)),
                            .init("money", rfm.hasMoney ? .number(cell.money) : .null),
                            .init("mean_recency_days", .number(cell.meanRecencyDays)),
                            .init("mean_frequency", .number(cell.meanFrequency)),
                        ])
                    })),
            .init("grid", .array(rfm.grid.map { .array($0.map { .number($0) }) })),
        ])
    }
}
