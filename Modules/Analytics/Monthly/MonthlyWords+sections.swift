import RapportCore

extension MonthlyWords {
    // MARK: - Messages

    var messages: [Letter.Part] {
        let this = report.this
        guard this.sent > 0 || report.asked > 0 else { return [.sentence(say("sent_none"))] }
        var out: [Letter.Part] = []
        if this.sent > 0 {
            out.append(
                .sentence(
                    say(
                        "sent",
                        ["sent": number(this.sent), "people": number(this.written), "then": compared { number($0.sent) }])))
        }
        let unsaid = report.unsaid.reduce(0) { $0 + $1.count }
        if report.asked > 0 {
            out.append(.sentence(say("unsaid", ["asked": number(report.asked), "unsaid": number(unsaid)])))
        }
        if let answers { out.append(.sentence(answers)) }
        out.append(
            .sentence(
                say(
                    "goodwill",
                    [
                        "left": number(this.left), "complained": number(this.complained), "bounced": number(this.bounced),
                        "then": compared { $0.perThousand($0.left + $0.complained).map { NumberText.grouped($0, decimals: 1) } },
                        "rate": this.perThousand(this.left + this.complained).map { NumberText.grouped($0, decimals: 1) } ?? "—",
                    ])))
        if report.weeks.contains(where: { $0.sent > 0 }) {
            out.append(.bars(title: say("bars.sent"), report.weeks.map { .init(days($0), Double($0.sent), number($0.sent)) }))
        }
        if !report.unsaid.isEmpty { out.append(.bars(title: say("bars.unsaid"), reasons(report.unsaid))) }
        if !report.putOff.isEmpty { out.append(.bars(title: say("bars.put_off"), reasons(report.putOff))) }
        return out
    }

    private func reasons(_ counts: [(reason: String, count: Int)]) -> [Letter.Bar] {
        counts.map { reason, count in
            .init(texts.reason(reason), Double(count), number(count))
        }
    }

    private func days(_ week: MonthlyReport.Week) -> String {
        say("days", ["first": "\(week.first)", "last": "\(week.last)"])
    }

    private var answers: String? {
        let (this, before) = (report.this.answers, report.before.answers)
        guard let rate = this.rate else { return nil }
        let sentence = say(
            "answers",
            [
                "messages": number(this.messages), "responses": number(this.responses), "rate": NumberText.percent(rate),
                "then": compared { $0.answers.rate.map { NumberText.percent($0) } },
            ])
        guard let differs = MonthlyReport.differs(this, before) else { return sentence }
        return "\(sentence) \(say(differs ? "differs" : "same", ["month": name(report.before.month)]))"
    }

    // MARK: - Money

    var orders: [Letter.Part] {
        let this = report.this
        guard this.orders > 0 || report.before.orders > 0 else { return [] }
        var out: [Letter.Part] = [
            .sentence(
                texts(
                    "report.revenue", count: Int64(this.orders),
                    [
                        "revenue": money(this.revenue), "currency": report.currency, "orders": number(this.orders),
                        "buyers": texts("report.buyers", count: Int64(this.buyers), ["buyers": number(this.buyers)]),
                        "then": compared { money($0.revenue) },
                    ]))
        ]
        let months = [report.this, report.before, report.yearBefore].filter(isKnown)
        if months.count > 1 {
            out.append(
                .bars(
                    title: say("bars.revenue", ["currency": report.currency]),
                    months.map { .init(name($0.month), Double($0.revenue), money($0.revenue)) }))
        }
        out.append(.bars(title: say("bars.orders"), report.weeks.map { .init(days($0), Double($0.orders), number($0.orders)) }))
        return out
    }

    // MARK: - Campaigns

    var campaigns: [String] {
        report.finished.map { finished in
            let figures = finished.figures
            let sentence = say(
                "final",
                [
                    "campaign": figures.campaign, "reach": number(figures.reach), "responded": number(figures.responded),
                    "rate": figures.responseRate.map { NumberText.percent($0) } ?? "—", "customers": number(figures.converted),
                    "revenue": money(figures.revenue), "currency": figures.currency,
                ])
            return "\(sentence) \(effect(finished.trial))"
        }
    }

    private func effect(_ trial: CampaignTrial?) -> String {
        guard let bought = trial?.experiments.first?.comparisons(level: 0.95).first?.comparison, let interval = bought.interval
        else { return say("effect.none") }
        func points(_ share: Double) -> String { NumberText.grouped(share * 100, decimals: 1) }
        return say(
            bought.isClear ? "effect.clear" : "effect.open",
            ["points": points(bought.difference), "low": points(interval.low), "high": points(interval.high)])
    }

    // MARK: - What needs attention

    /// Google asks senders to stay below 0.1 % of messages reported as spam, and never to reach 0.3 % (Email sender guidelines, 2024).
    private static let complaints = 1.0

    var own: [Attention] {
        var out: [Attention] = []
        func add(_ key: String, count: Int, _ command: String, _ values: [String: String] = [:]) {
            out.append(Attention(texts("report.attention.\(key)", count: Int64(count), values), command: command))
        }
        let (this, before) = (report.this, report.before)
        if let rate = this.perThousand(this.complained), rate >= Self.complaints, this.complained > 1 {
            add("complaints", count: this.complained, "rapport annoyance", ["rate": NumberText.grouped(rate, decimals: 1)])
        }
        if MonthlyReport.differs(lost(this), lost(before)) == true,
            (lost(this).rate ?? 0) > (lost(before).rate ?? 0)
        {
            add("lost", count: this.left + this.complained, "rapport annoyance", ["month": name(before.month)])
        }
        if MonthlyReport.differs(this.answers, before.answers) == true, (this.answers.rate ?? 0) < (before.answers.rate ?? 0) {
            add("answers", count: this.answers.responses, "rapport next-best content", ["month": name(before.month)])
        }
        if report.inDoubt > 0 { add("in_doubt", count: report.inDoubt, "rapport campaigns list") }
        if report.held > 0 { add("held", count: report.held, "rapport log held") }
        if report.duplicates > 0 { add("duplicates", count: report.duplicates, "rapport duplicates list") }
        if this.ordersWithoutAmount > 0 {
            add("amounts", count: this.ordersWithoutAmount, "rapport rates list", ["currency": report.currency])
        }
        return out
    }

    private func lost(_ totals: MonthTotals) -> ResponseCount {
        ResponseCount(messages: totals.sent, responses: min(totals.sent, totals.left + totals.complained))
    }
}
