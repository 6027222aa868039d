public import RapportAnalytics
public import RapportCore
public import RapportEngagement
import RapportIntegration
import RapportStorage

/// How it stands with a report in force.
public struct ReportStatus: Sendable {
    public var plan: ReportPlan
    public var next: Timestamp
    /// Those who got it, or are to, the latest month first.
    public var mails: [ReportMail]
}

extension Rapport {
    /// The calendar month before the one that it is now where the house is.
    public var lastMonth: CalendarMonth {
        CalendarMonth(of: CivilDate(daysSince1970: Int(houseCalendar.day(of: clock.now.milliseconds)))).adding(-1)
    }

    /// The house's month in figures.
    ///
    /// - Throws: `Problem` `report.month` for one that has not begun.
    public func monthlyReport(_ month: CalendarMonth) async throws -> MonthlyReport {
        let (catalog, now, zone, house) = (catalog, clock.now, houseCalendar, configuration.house.currency)
        guard month.range(in: zone).lowerBound <= now else {
            throw Problem(
                "report.month", "\(month.text) has not begun", remedy: "The last whole month is \(lastMonth.text).")
        }
        return try await database.read { db in
            try MonthlyReport.read(
                month, catalog, in: CostSheet.current(in: db).currency ?? house, zone: zone, asOf: now, db)
        }
    }

    /// The month as a letter, with how good the data is and what else wants looking at, where it is the last month.
    ///
    /// - Parameter progress: people whose record has been looked at.
    public func letter(_ report: MonthlyReport, progress: @Sendable (Int64) async -> Void = { _ in }) async throws -> Letter {
        let words = MonthlyWords(report, texts: texts)
        let house = configuration.house.name
        // Nobody knows how good the data was then.
        guard report.month >= lastMonth else { return words.letter(house: house) }
        let health = HealthRows(try await dataHealth(progress: progress), texts: texts, zone: houseCalendar)
        var attention = health.findings(limit: 3).map { MonthlyWords.Attention($0.finding, command: "rapport health") }
        let (failed, silent, drifting) = try await database.read { [texts, clock] db in
            let zone = houseCalendar
            let told = try ObjectiveStore.last(in: db)
            let drifting = try DefinitionStore(handlers: []).current("objective", in: db).map(\.name)
                .compactMap { told[$0] }.filter(\.verdict.isAlarming)
            let failed = try SourceRuns.list(in: db).filter { $0.failures > 0 }.map(\.instance)
            let gaps = try HouseGaps.read(
                before: Int(zone.day(of: clock.now.milliseconds)), weeks: 16, zone: zone, in: db
            ).gaps
            let silent = gaps.silent.map { one in
                texts(
                    "report.attention.silent",
                    ["kind": one.series.kind, "source": one.series.source, "days": "\(one.days)"])
            }
            return (failed, silent, drifting)
        }
        for source in failed {
            attention.append(.init(texts("report.attention.source", ["source": source]), command: "rapport sources"))
        }
        if !drifting.isEmpty {
            attention.append(
                .init(
                    texts(
                        "report.attention.objectives", count: Int64(drifting.count), ["names": named(drifting)]),
                    command: "rapport objectives list"))
        }
        for text in silent.prefix(3) { attention.append(.init(text, command: "rapport gaps")) }
        return words.letter(house: house, health: [health.lead], attention: attention)
    }

    /// The letter as it is sent.
    public func mail(_ month: CalendarMonth) async throws -> ReportMailer.Letter {
        ReportMailer.Letter(try await letter(monthlyReport(month)))
    }

    /// The reports in force, by name.
    public func reportStatuses() async throws -> [ReportStatus] {
        let (now, zone) = (clock.now, houseCalendar)
        return try await database.read { db in
            let mails = try ReportStore.mails(in: db)
            return try ReportPlan.all(in: db).map { plan in
                ReportStatus(
                    plan: plan, next: plan.next(after: now, house: zone), mails: mails.filter { $0.report == plan.name })
            }
        }
    }

    /// Sends what is due: of each report the last month that fell due, once, to whoever was named by then and does not have it. Those
    /// that fell due before it while nobody worked are not made up for.
    ///
    /// - Returns: how it stands with those it was sent to; nothing in a locked database, which keeps what is due for later.
    @discardableResult
    public func sendDueReports(_ mailer: ReportMailer) async throws -> [ReportMail] {
        let (now, zone) = (clock.now, houseCalendar)
        let plans = try await database.read { db in
            try ReportPlan.all(in: db).map { ($0, try ReportPlan.since($0.name, in: db)) }
        }
        var out: [ReportMail] = []
        var letters: [CalendarMonth: ReportMailer.Letter] = [:]
        for (plan, since) in plans {
            let (due, month) = plan.last(by: now, house: zone)
            let named = plan.to.filter { since[$0].map { $0 <= due } ?? false }
            var order = ReportMailer.Order(
                report: plan.name, month: month, recipients: named, channel: plan.channel, brand: plan.brand)
            order.recipients = try await mailer.waiting(order)
            guard !order.recipients.isEmpty, try await mailer.lockReason() == nil else { continue }
            try await mailer.check(order)
            let letter: ReportMailer.Letter
            if let made = letters[month] { letter = made } else { letter = try await mail(month) }
            letters[month] = letter
            out += try await mailer.send(order, letter)
        }
        return out
    }
}

extension ReportMailer.Letter {
    public init(_ letter: Letter) {
        self.init(
            subject: letter.title, text: letter.text, brief: [letter.title + "."] + letter.sentences, html: letter.html,
            language: letter.language)
    }
}
