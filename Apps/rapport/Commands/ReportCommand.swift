import ArgumentParser
import RapportAnalytics
import RapportCore
import RapportEngagement
import RapportHost
import RapportStorage

struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "The month in sentences and pictures, by mail to colleagues.",
        discussion: """
            A month against the one before and the same of the year before, in the house's zone: people, messages sent and left unsaid, \
            answers, money, goodwill, campaigns that became final, segments, the data, and what needs attention. Who gets it is \
            stated in YAML (reports:) or with schedule; the worker sends it. docs/guides/monthly-report.md

            EXAMPLES:
              rapport report show --month 2026-10
              rapport report schedule monthly --to ana@grocer.example --channel mail --on 1st --at 07:00
              rapport report list
            """,
        subcommands: [Show.self, Send.self, Schedule.self, List.self], defaultSubcommand: Show.self)

    /// Which month.
    struct MonthOptions: ParsableArguments {
        @Option(help: ArgumentHelp("The month (YYYY-MM); default: the last whole one.", valueName: "month"))
        var month: String?

        func validate() throws {
            if let month, CalendarMonth(text: month) == nil {
                throw ValidationError("--month: \"\(month)\" is no month. Write it as YYYY-MM.")
            }
        }

        func chosen(_ rapport: Rapport) -> CalendarMonth { month.flatMap { CalendarMonth(text: $0) } ?? rapport.lastMonth }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show the report of a month, as it would be sent now.",
            discussion: """
                EXAMPLES:
                  rapport report show
                  rapport report show --month 2026-10 --html october.html
                  rapport report show --json
                """)

        @OptionGroup var which: MonthOptions
        @Option(help: ArgumentHelp("Write the mail's HTML to this file.", valueName: "file"))
        var html: String?
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let output = common.output
            try await common.withRapport { rapport in
                output.progress(output.text("patterns.reading_events"))
                let report = try await rapport.monthlyReport(which.chosen(rapport))
                let letter = try await rapport.letter(report) { people in
                    output.progress(output.text("health.progress", ["people": String(people)]))
                }
                output.endProgress()
                var text = letter.text
                while text.last == "\n" { text.removeLast() }
                output.line(text)
                if let html { try AnalysisOptions.write(letter.html, to: html) }
                AnalysisOptions.tellFiles([html], output)
                output.json(report.json(letter))
            }
        }
    }

    struct Send: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "send",
            abstract: "Send the report of a month now, to those who do not have it.",
            discussion: """
                To whom a report in force (by its name) goes, or to the colleagues named with --to. Nobody gets the same month twice, \
                unless --again says so.

                EXAMPLES:
                  rapport report send monthly
                  rapport report send --to ana@grocer.example --channel mail --month 2026-10
                  rapport report send monthly --again
                """)

        @Argument(help: "A report in force; not needed where there is one, or with --to.") var name: String?
        @Option(help: "A colleague's address; may be repeated.") var to: [String] = []
        @Option(help: "Through which channel instance; default: the report's.") var channel: String?
        @Option(help: "Who it is from; default: the report's, else the first brand.") var brand: String?
        @Flag(help: "Also to those who have it.") var again = false
        @OptionGroup var which: MonthOptions
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let output = common.output
            try await common.withRapport { rapport in
                let plan = try await chosen(rapport)
                let outreach = try await rapport.outreach(rapport.makeChannels())
                let month = which.chosen(rapport)
                var order = ReportMailer.Order(
                    report: plan.name, month: month, recipients: plan.to, channel: plan.channel, brand: plan.brand, isAgain: again
                )
                try await outreach.reports.check(order)
                let waiting = try await outreach.reports.waiting(order)
                let all = order.recipients
                order.recipients = waiting
                if !waiting.isEmpty {
                    output.progress(output.text("patterns.reading_events"))
                    let letter = try await rapport.mail(month)
                    output.endProgress()
                    _ = try await outreach.reports.send(order, letter)
                }
                let mails = try await rapport.database.read { db in
                    try ReportStore.mails(plan.name, month, in: db).filter { all.contains($0.recipient) }
                }
                for mail in mails where !waiting.contains(mail.recipient) {
                    output.say("report.has", ["recipient": mail.recipient, "month": month.text, "at": output.time(mail.at)])
                }
                output.table(
                    ["recipient", "month", "state", "at", "note"],
                    mails.map { [$0.recipient, $0.month.text, $0.state.name, output.time($0.at), $0.detail] })
                output.json(["mails": .array(mails.map(\.json))])
            }
        }

        /// What is in force, with what the command line says over it.
        private func chosen(_ rapport: Rapport) async throws -> ReportPlan {
            let plans = try await rapport.database.read { db in try ReportPlan.all(in: db) }
            var found: ReportPlan?
            if let name {
                found = plans.first { $0.name == name }
                if found == nil {
                    throw Problem(
                        "report.not_found", "no report \"\(name)\" is in force",
                        remedy: Spelling.nearest(to: name, in: plans.map(\.name)).map { "Did you mean \"\($0)\"?" }
                            ?? "rapport report schedule \(name) --to … --channel … puts it in force")
                }
            } else if to.isEmpty {
                guard plans.count == 1 else {
                    throw Problem(
                        plans.isEmpty ? "report.nobody" : "report.which",
                        plans.isEmpty
                            ? "nobody is named to send it to"
                            : "several reports are in force: \(plans.map(\.name).joined(separator: ", "))",
                        remedy: plans.isEmpty
                            ? "Name a colleague and a channel: rapport report send --to ana@grocer.example --channel mail"
                            : "Name one of them.")
                }
                found = plans.first
            }
            var plan =
                found ?? ReportPlan(name: "", to: to, channel: channel ?? plans.first?.channel ?? "", brand: plans.first?.brand)
            if !to.isEmpty { plan.to = to }
            if let channel { plan.channel = channel }
            if let brand { plan.brand = brand }
            guard !plan.channel.isEmpty else {
                let known = rapport.configuration.channels.map(\.name)
                throw Problem(
                    "report.channel", "no channel is named",
                    remedy: known.isEmpty
                        ? "Name one under channels in rapport.yaml."
                        : "Say --channel \(known.joined(separator: " or --channel "))")
            }
            return plan
        }
    }

    struct Schedule: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "schedule",
            abstract: "Put a monthly report in force, or change it.",
            discussion: """
                The same as reports: in YAML. Each month it tells of the calendar month before. --remove ends it.

                EXAMPLES:
                  rapport report schedule monthly --to ana@grocer.example --to ben@grocer.example --channel mail
                  rapport report schedule board --to eva@grocer.example --channel mail --on last --at 18:00 --zone Europe/Berlin
                  rapport report schedule board --remove
                """)

        @Argument(help: "What it is called.") var name: String
        @Option(help: "A colleague's address; may be repeated.") var to: [String] = []
        @Option(help: "Through which channel instance.") var channel: String?
        @Option(help: "Who it is from; default: the first brand.") var brand: String?
        @Option(help: "The day of the month: 1st, 15, or last.") var on = "1st"
        @Option(help: "The time of day.") var at = "07:00"
        @Option(help: "The zone of that time; default: the house's.") var zone: String?
        @Flag(help: "End it.") var remove = false
        @OptionGroup var common: CommonOptions

        func validate() throws {
            if ReportPlan.day(on) == nil { throw ValidationError("--on: say 1st, 15, 31 or last.") }
            if ReportPlan.minute(at) == nil { throw ValidationError("--at: \"\(at)\" is no time of day such as 07:00.") }
            if !remove, to.isEmpty || channel == nil { throw ValidationError("Name colleagues with --to, and a --channel.") }
        }

        func run() async throws {
            let output = common.output
            try await common.withRapport { rapport in
                let (store, now) = (rapport.definitions, rapport.clock.now)
                if remove {
                    try await rapport.database.write { [name] db in
                        try store.remove(ReportPlan.kind, name, actor: commandLineActor, now: now, in: db)
                    }
                    output.say("report.removed", ["report": name])
                    output.json(["removed": .string(name)])
                    return
                }
                let plan = ReportPlan(
                    name: name, to: to, channel: channel ?? "", brand: brand, day: ReportPlan.day(on) ?? 1,
                    minute: ReportPlan.minute(at) ?? 420, zone: zone)
                _ = try await rapport.database.write { db in
                    try store.apply(
                        [DefinitionDraft(kind: ReportPlan.kind, name: plan.name, body: plan.json)], actor: commandLineActor,
                        now: now,
                        in: db)
                }
                let statuses = try await rapport.reportStatuses().filter { $0.plan.name == name }
                for status in statuses {
                    output.say(
                        "report.scheduled",
                        [
                            "report": name, "to": plan.to.joined(separator: ", "),
                            "next": output.moment(status.next, plan, rapport),
                        ])
                }
                output.json(["reports": .array(statuses.map(\.json))])
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the reports in force: to whom, when next, and when last.",
            discussion: """
                EXAMPLES:
                  rapport report list
                  rapport report list --json
                """)

        @OptionGroup var common: CommonOptions

        func run() async throws {
            let output = common.output
            try await common.withRapport { rapport in
                let statuses = try await rapport.reportStatuses()
                if statuses.isEmpty { output.say("report.none") }
                output.table(
                    ["report", "channel", "when", "next", "recipient", "last", "state", "note"],
                    statuses.flatMap { status in
                        status.plan.to.map { recipient -> [String] in
                            let last = status.mails.first { $0.recipient == recipient }
                            return [
                                status.plan.name, status.plan.channel,
                                output.text("report.when", ["day": "\(status.plan.day)", "time": status.plan.time]),
                                output.moment(status.next, status.plan, rapport), recipient, last?.month.text ?? "",
                                last?.state.name ?? output.text("report.never"), last?.detail ?? "",
                            ]
                        }
                    })
                output.json(["reports": .array(statuses.map(\.json))])
            }
        }
    }
}

extension Output {
    /// A moment on the clock of a report.
    fileprivate func moment(_ at: Timestamp, _ plan: ReportPlan, _ rapport: Rapport) -> String {
        (plan.zone.flatMap { TimeZoneRules($0) } ?? rapport.houseCalendar).minuteText(at)
    }
}

extension ReportMail {
    var json: JSONValue {
        [
            "report": .string(report), "month": .string(month.text), "recipient": .string(recipient),
            "state": .string(state.name),
            "at": .string(at.rfc3339), "attempts": .integer(attempts), "round": .integer(round), "detail": .string(detail),
        ]
    }
}

extension ReportStatus {
    var json: JSONValue {
        [
            "report": .string(plan.name), "plan": plan.json, "next": .string(next.rfc3339), "mails": .array(mails.map(\.json)),
        ]
    }
}
