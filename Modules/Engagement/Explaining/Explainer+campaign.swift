import RapportCore
public import RapportStorage

extension Explainer {
    /// Who heard from a campaign and who did not, by reason; in what state it is, and by whom.
    ///
    /// - Throws: `Problem` `campaign.not_found` with the nearest name.
    public func explain(campaign name: String, in db: Connection) throws -> Explanation {
        let report = try CampaignReport(of: CampaignStore.campaign(name, in: db), in: db)
        return Explanation(sentence: sentence(report), details: details(report), facts: report.json)
    }

    private func sentence(_ report: CampaignReport) -> String {
        let campaign = report.campaign
        let isOnItsWay = campaign.state == .sending || campaign.state == .done
        // Who put it in this state, not what the house did on the way.
        let step = campaign.history.last { isOnItsWay ? $0.step == .send : $0.actor != Campaign.house }
        var values = [
            "name": campaign.name, "actor": step?.actor ?? texts("why.someone"), "date": step.map { day($0.at) } ?? "",
            "start": moment(campaign.startsAt),
        ]
        guard campaign.act != 0 else {
            let before = campaign.state == .paused || campaign.state == .stopped ? "_before" : ""
            return texts("why.campaign.\(campaign.state.rawValue)\(before)", values)
        }
        let turn: Campaign.Step? = campaign.state == .sending ? .start : campaign.state == .done ? .finish : nil
        if let turn, let at = campaign.history.last(where: { $0.step == turn })?.at { values["date"] = day(at) }
        values["asked"] = texts("why.campaign.asked", count: report.asked)
        values["parts"] = parts(report).joined(separator: ", ")
        return texts("why.campaign.\(campaign.state.rawValue)", values)
    }

    /// Everybody who was asked is in one part.
    private func parts(_ report: CampaignReport) -> [String] {
        var parts = [texts("why.campaign.sent", count: report.sent)]
        func add(_ name: String, _ count: Int64, because prefix: String? = nil) {
            guard count > 0 else { return }
            let named = prefix.map { reasons(report, $0).map { "\($0.count) \(texts.reason($0.code))" } } ?? []
            let because = named.isEmpty ? "" : texts("why.campaign.because", ["reasons": named.joined(separator: ", ")])
            parts.append(texts("why.campaign.\(name)", count: count) + because)
        }
        add("waiting", report.waiting)
        add("in_doubt", report.inDoubt)
        add("failed", report.failed, because: "failed:")
        add("not_written", report.notWritten, because: "dropped:")
        return parts
    }

    private func details(_ report: CampaignReport) -> [String] {
        let (campaign, plan) = (report.campaign, report.campaign.plan)
        let template =
            campaign.templateVersion == 0
            ? plan.template
            : texts("why.campaign.version", ["template": plan.template, "version": String(campaign.templateVersion)])
        var lines = [
            texts(
                "why.campaign.plan",
                [
                    "segment": plan.segment, "size": String(campaign.size), "template": template, "topic": plan.topic,
                    "channel": plan.channel, "brand": plan.brand,
                ])
        ]
        if plan.waves > 1 || plan.grace.milliseconds > 0 {
            lines.append(
                texts(
                    "why.campaign.pace",
                    [
                        "waves": String(plan.waves), "every": plan.waveEvery.text, "grace": plan.grace.text,
                        "expires": plan.expires.text,
                    ]))
        }
        if !plan.seeds.isEmpty { lines.append(texts("why.campaign.seeds", count: Int64(plan.seeds.count))) }
        lines += campaign.history.map { step in
            texts(
                "why.campaign.step",
                [
                    "time": moment(step.at), "actor": step.actor, "step": texts("why.campaign.step.\(step.step.rawValue)"),
                    "note": step.note.isEmpty ? "" : " (\(step.note))",
                ])
        }
        lines += reasons(report, "left_out:").map { reason in
            texts(
                "why.campaign.left_out",
                ["count": String(reason.count), "because": texts("why.left_out.because.\(reason.code)"), "segment": plan.segment])
        }
        for kind in ["deferred", "failed", "dropped"] {
            lines += reasons(report, "\(kind):").map { reason in
                texts(
                    "why.campaign.line.\(kind)",
                    ["count": String(reason.count), "reason": texts.reason(reason.code), "code": reason.code])
            }
        }
        return lines
    }

    /// The most frequent first.
    private func reasons(_ report: CampaignReport, _ prefix: String) -> [(code: String, count: Int64)] {
        report.reasons.filter { $0.key.hasPrefix(prefix) && $0.value > 0 }
            .map { (code: String($0.key.dropFirst(prefix.count)), count: $0.value) }
            .sorted { ($1.count, $0.code) < ($0.count, $1.code) }
    }

    /// By the house's clocks, where these are known.
    private func parts(_ moment: Timestamp) -> [String: String] {
        DayParts(moment, in: segments?.house ?? TimeZoneRules.utc, texts).values
    }

    func day(_ moment: Timestamp) -> String { texts("why.day", parts(moment)) }
    func moment(_ moment: Timestamp) -> String { texts("why.moment", parts(moment)) }
}
