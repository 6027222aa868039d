public import RapportCore

extension Annoyance {
    private func json(_ group: Group) -> JSONValue {
        let interval = group.interval(level: 0.95)
        let thousand = group.messages > 0 ? 1_000 * Double(group.lost) / Double(group.messages) : nil
        return [
            "name": .string(group.name), "messages": .number(group.messages),
            "left": .number(group.leavings),
            "complained": .number(group.complaints), "asked_why": .number(group.questions),
            "unanswered": .number(group.unanswered), "lost_per_thousand": .number(thousand),
            "low_per_thousand": .number(interval.map { $0.low * 1_000 }),
            "high_per_thousand": .number(interval.map { $0.high * 1_000 }),
        ]
    }

    public func json(_ guards: [GuardCost]) -> JSONValue {
        [
            "since": .string(since.rfc3339), "until": .string(until.rfc3339), "all": json(all),
            "by_topic": .array(byTopic.map(json)), "by_channel": .array(byChannel.map(json)),
            "by_messages_in_7_days_before": .array(byWeek.map(json)),
            "by_messages_in_30_days_before": .array(byMonth.map(json)),
            "guards": .array(
                guards.map { one in
                    [
                        "guard": .string(one.reason.code), "deferred": .integer(one.deferred),
                        "dropped": .integer(one.dropped), "left_out": .text(one.share.map { HoldOut.text($0) }),
                        "outcomes": .array(one.experiments.map { $0.json(level: 0.95) }),
                    ]
                }),
        ]
    }

    /// Figures and pictures on a page of its own.
    ///
    /// - Parameter zone: the house's, in which days are told.
    public func page(_ guards: [GuardCost], zone: TimeZoneRules, texts: Texts) -> ReportPage {
        func say(_ key: String, _ values: [String: String] = [:]) -> String { texts("cli.annoyance.\(key)", values) }
        func rows(_ groups: [Group]) -> [Chart.IntervalRow] {
            groups.compactMap { group in
                group.interval(level: 0.95).map {
                    let estimate = Double(group.lost) / Double(group.messages)
                    return .init(
                        group.name.isEmpty ? say("page.none_named") : group.name, estimate: estimate * 1_000,
                        low: $0.low * 1_000, high: $0.high * 1_000)
                }
            }
        }
        var page = ReportPage(
            title: say("page.title"),
            subtitle: texts(
                "cli.annoyance.page.of", count: Int64(all.messages),
                ["count": NumberText.grouped(all.messages), "day": zone.dayText(until)]), texts: texts)
        let parts = [("page.by_topic", byTopic), ("by.channel", byChannel), ("by.week", byWeek), ("by.month", byMonth)]
        for (title, groups) in parts where groups.contains(where: { $0.messages > 0 }) {
            page.parts.append(
                .chart(
                    title: say(title), .intervals(rows(groups), reference: 0, .init(x: say("page.lost"))),
                    caption: say("page.caption")))
        }
        if !guards.isEmpty {
            page.parts.append(.heading(say("guards")))
            page.parts.append(
                .table(
                    ["guard", "put_off", "dropped", "left_out_for"].map { say("page.\($0)") },
                    guards.map {
                        [
                            $0.reason.code, "\($0.deferred)", "\($0.dropped)",
                            $0.share.map { HoldOut.text($0) } ?? say("page.nobody"),
                        ]
                    }))
        }
        for experiment in guards.flatMap(\.experiments).map({ $0.named(texts) }) {
            for (arm, comparison) in experiment.comparisons(level: 0.95) {
                page.parts.append(.text(experiment.sentence(arm, comparison, texts) + "."))
            }
        }
        return page
    }
}
