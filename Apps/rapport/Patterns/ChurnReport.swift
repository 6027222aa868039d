import Foundation
import RapportAnalytics
import RapportCore

/// What `rapport churn` says.
enum ChurnReport {
    static func telling(_ churn: Churn, of source: String, _ output: Output) -> Telling {
        let day = CivilDate(daysSince1970: churn.end).text
        let every = output.text("patterns.\(churn.every.rawValue)")
        var telling = Telling(
            title: output.text("churn.title", ["period": every]),
            subtitle: output.text("patterns.of", ["source": source, "end": day]))
        telling.parts.append(.sentence(meaning(churn, output)))
        guard let last = churn.periods.last else {
            telling.parts.append(.sentence(output.text("patterns.nobody")))
            return telling
        }
        telling.parts.append(
            .sentence(
                output.text(
                    "churn.now",
                    [
                        "there": NumberText.grouped(last.atEnd), "customers": NumberText.grouped(churn.customers),
                        "end": day,
                    ])))
        let isPartial = churn.every.end(of: last.period) > churn.end
        if isPartial { telling.parts.append(.mind(output.text("patterns.partial", ["end": day, "period": every]))) }
        let shown = Array(churn.periods.suffix(24))
        let most = shown.compactMap(\.rate).max() ?? 1
        telling.parts.append(
            .table(
                ["period", "at_start", "new", "won_back", "lost", "churn", ""],
                shown.map { period in
                    [
                        churn.every.name(of: period.period), NumberText.grouped(period.atStart), NumberText.grouped(period.new),
                        NumberText.grouped(period.wonBack), NumberText.grouped(period.lost),
                        period.rate.map { NumberText.percent($0) } ?? "—",
                        TextPlot.bar((period.rate ?? 0) / max(most, 1e-9), width: 24),
                    ]
                }))
        telling.parts.append(
            .chart(
                title: output.text("churn.rate"),
                .lines(
                    [
                        .init(
                            "",
                            churn.periods.filter { churn.every.end(of: $0.period) <= churn.end }.compactMap { period in
                                period.rate.map { (Double(churn.every.start(of: period.period)), $0) }
                            })
                    ], .init(y: output.text("churn.rate"), isShare: true, isTime: true)), caption: meaning(churn, output)))
        telling.parts.append(
            .chart(
                title: output.text("churn.there"),
                .lines(
                    [.init("", churn.periods.map { (Double(min(churn.end, churn.every.end(of: $0.period))), Double($0.atEnd)) })],
                    .init(y: output.text("churn.there"), isTime: true)), caption: ""))
        return telling
    }

    private static func meaning(_ churn: Churn, _ output: Output) -> String {
        switch churn.meaning {
        case .idle(let days): output.text("churn.idle", ["days": "\(days)"])
        case .contract: output.text("churn.contract")
        case .ownRhythm(let times, let least):
            output.text(
                "churn.own",
                [
                    "times": NumberText.plain(times), "least": "\(least)",
                    "usual": churn.usualGap.map(NumberText.plain) ?? "—",
                ])
        }
    }

    static func rows(_ churn: Churn) -> [[String]] {
        [["period", "at_start", "new", "won_back", "lost", "lost_of_start", "rate", "at_end"]]
            + churn.periods.map { period in
                [
                    churn.every.name(of: period.period), "\(period.atStart)", "\(period.new)", "\(period.wonBack)",
                    "\(period.lost)",
                    "\(period.lostOfStart)", period.rate.map { String(format: "%.6f", $0) } ?? "", "\(period.atEnd)",
                ]
            }
    }

    static func json(_ churn: Churn) -> JSONValue {
        let meaning: JSONValue =
            switch churn.meaning {
            case .idle(let days): ["lost": "idle", "days": .number(days)]
            case .contract: ["lost": "contract"]
            case .ownRhythm(let times, let least):
                ["lost": "own_rhythm", "times": .number(times), "at_least_days": .number(least)]
            }
        return .object([
            .init("meaning", meaning), .init("every", .string(churn.every.rawValue)),
            .init("end", .string(CivilDate(daysSince1970: churn.end).text)), .init("customers", .number(churn.customers)),
            .init("usual_gap_days", .number(churn.usualGap)),
            .init(
                "periods",
                .array(
                    churn.periods.map { period in
                        .object([
                            .init("period", .string(churn.every.name(of: period.period))),
                            .init("at_start", .number(period.atStart)),
                            .init("new", .number(period.new)), .init("won_back", .number(period.wonBack)),
                            .init("lost", .number(period.lost)), .init("lost_of_start", .number(period.lostOfStart)),
                            .init("rate", .number(period.rate)), .init("at_end", .number(period.atEnd)),
                        ])
                    })),
        ])
    }
}
