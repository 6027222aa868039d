import Foundation
import RapportAnalytics
import RapportCore
import RapportTabular

/// What `rapport gaps` says.
struct GapsReport {
    private let found: HouseGaps
    private let output: Output

    init(_ found: HouseGaps, _ output: Output) {
        self.found = found
        self.output = output
    }

    private var gaps: Gaps { found.gaps }
    private var end: String { CivilDate(daysSince1970: found.days.upperBound).text }

    private func words(_ silent: Gaps.Silent) -> String {
        let last = CivilDate(daysSince1970: found.days.upperBound - silent.days).text
        return output.text(
            "gaps.silent",
            [
                "kind": silent.series.kind, "source": silent.series.source, "days": "\(silent.days)", "last": last,
                "rate": NumberText.significant(silent.perDay, digits: 2), "usual": "\(silent.usual)",
            ])
    }

    private func words(_ apart: Gaps.Apart) -> String {
        output.text(
            "gaps.apart",
            [
                "kind": apart.suspect.kind, "source": apart.suspect.source,
                "share": NumberText.percent(apart.suspectShare, decimals: 0),
                "other_kind": apart.other.kind, "other_source": apart.other.source,
                "other_share": NumberText.percent(apart.otherShare, decimals: 0),
                "score": NumberText.grouped(apart.score, decimals: 1),
            ])
    }

    var telling: Telling {
        var telling = Telling(
            title: output.text("gaps.title"), subtitle: output.text("gaps.of", ["end": end, "weeks": "\(found.days.count / 7)"]))
        telling.parts.append(
            .sentence(
                output.text("gaps.looked", ["series": "\(gaps.series.count)", "pairs": "\(gaps.pairs)", "end": end])))
        if gaps.silent.isEmpty, gaps.apart.isEmpty { telling.parts.append(.sentence(output.text("gaps.none"))) }
        for silent in gaps.silent { telling.parts.append(.mind(words(silent))) }
        for apart in gaps.apart { telling.parts.append(.mind(words(apart))) }
        telling.parts.append(
            .table(
                ["series", "by_week", "last_week"],
                gaps.series.sorted { $0.total > $1.total }.prefix(30).map { series in
                    [
                        series.name, TextPlot.sparkline(Self.weeks(series).map(Double.init)),
                        NumberText.grouped(Self.weeks(series).last ?? 0),
                    ]
                }))
        telling.parts.append(
            .table(
                ["source", "events", "last_heard_of", "last_happened"],
                found.sources.map {
                    [$0.source, NumberText.grouped($0.events), output.time($0.received), output.time($0.occurred)]
                }))
        for (index, apart) in gaps.apart.prefix(6).enumerated() {
            telling.parts.append(
                .chart(
                    title: output.text(
                        "gaps.pair", ["number": "\(index + 1)", "one": apart.suspect.name, "other": apart.other.name]),
                    .lines(
                        [apart.suspect, apart.other].map { series in
                            let weeks = Self.weeks(series)
                            return .init(
                                series.name,
                                weeks.enumerated().map {
                                    (Double(found.days.upperBound - 7 * (weeks.count - $0.offset) + 1), Double($0.element))
                                })
                        }, .init(y: output.text("gaps.a_week"), isTime: true)), caption: words(apart)))
        }
        return telling
    }

    private static func weeks(_ series: Gaps.Series) -> [Int] {
        let whole = series.counts.count / 7
        return (0..<whole).map { week in series.counts[(week * 7)..<(week * 7 + 7)].reduce(0, +) }
    }

    var csv: String {
        CSVText.line([
            "finding", "kind", "source", "days_silent", "per_day", "other_kind", "other_source", "share", "other_share", "score",
        ])
            + gaps.silent.map {
                CSVText.line(["silent", $0.series.kind, $0.series.source, "\($0.days)", "\($0.perDay)", "", "", "", "", ""])
            }.joined()
            + gaps.apart.map {
                CSVText.line([
                    "apart", $0.suspect.kind, $0.suspect.source, "", "", $0.other.kind, $0.other.source, "\($0.suspectShare)",
                    "\($0.otherShare)", "\($0.score)",
                ])
            }.joined()
    }

    var json: JSONValue {
        .object([
            .init("from", .string(CivilDate(daysSince1970: found.days.lowerBound).text)), .init("to", .string(end)),
            .init("series", .number(gaps.series.count)), .init("pairs", .number(gaps.pairs)),
            .init(
                "silent",
                .array(
                    gaps.silent.map {
                        .object([
                            .init("kind", .string($0.series.kind)), .init("source", .string($0.series.source)),
                            .init("days", .number($0.days)), .init("usual_gap_days", .number($0.usual)),
                            .init("per_day", .number($0.perDay)),
                        ])
                    })),
            .init(
                "apart",
                .array(
                    gaps.apart.map {
                        .object([
                            .init("kind", .string($0.suspect.kind)), .init("source", .string($0.suspect.source)),
                            .init("share_of_usual", .number($0.suspectShare)), .init("other_kind", .string($0.other.kind)),
                            .init("other_source", .string($0.other.source)),
                            .init("other_share_of_usual", .number($0.otherShare)),
                            .init("correlation", .number($0.correlation)), .init("score", .number($0.score)),
                        ])
                    })),
            .init(
                "sources",
                .array(
                    found.sources.map {
                        .object([
                            .init("source", .string($0.source)), .init("events", .number($0.events)),
                            .init("last_received", .string($0.received.rfc3339)),
                            .init("last_occurred", .string($0.occurred.rfc3339)),
                        ])
                    })),
        ])
    }
}
