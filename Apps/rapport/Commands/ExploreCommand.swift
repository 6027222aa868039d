import ArgumentParser
import RapportAnalytics
import RapportCore
import RapportEngagement
import RapportHost
import RapportStorage
import RapportTabular

struct ExploreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explore", abstract: "Any event over time, by any field or property.",
        discussion: """
            Counts events of a kind a day, week or month of the house's zone: in total, or told apart --by a property of the event \
            (declared or only kept), a field of the people, weekday or hour. Without a kind it lists what there is. Where a property \
            and a field have one name, the property is meant; field:NAME and property:NAME say which.

            EXAMPLES:
              rapport explore
              rapport explore order.placed --every month --sum total --compare year
              rapport explore page.viewed --by campaign --people --from 2026-01-01 --html visits.html
              rapport explore order.placed --by hour --segment 'country = "GB"'
              rapport explore track.video_watched --by title --csv videos.csv
            """)

    @Argument(help: "A kind of event.")
    var kind: String?

    @Option(help: ArgumentHelp("A property, a field, weekday or hour.", valueName: "name"))
    var by: String?

    @Option(help: ArgumentHelp("day, week or month.", valueName: "period"))
    var every = "day"

    @Flag(help: "Count different people instead of events.")
    var people = false

    @Option(help: ArgumentHelp("Add up this property instead of counting.", valueName: "property"))
    var sum: String?

    @Option(help: ArgumentHelp("From this day on; default: 30 days, 26 weeks or 24 months before the end.", valueName: "date"))
    var from: String?

    @Option(help: ArgumentHelp("Up to this day, inclusive; default: the day of the last such event.", valueName: "date"))
    var to: String?

    @Option(help: ArgumentHelp("Only people for whom this segment expression holds now.", valueName: "expression"))
    var segment: String?

    @Option(
        help: ArgumentHelp(
            "Beside it the time just before (previous), or 52 weeks or 12 months earlier (year).", valueName: "with"))
    var compare: String?

    @Option(help: ArgumentHelp("How many groups are shown by themselves.", valueName: "number"))
    var top = 8

    @Flag(help: "Also count people who are known by a device only.")
    var anonymous = false

    @OptionGroup var money: CurrencyOptions

    @OptionGroup var files: AnswerFiles

    @OptionGroup var common: CommonOptions

    func validate() throws {
        _ = try CalendarPeriod.option(every)
        if people, sum != nil { throw ValidationError("Count --people or add up with --sum, one at a time.") }
        if let compare, !["previous", "year"].contains(compare) { throw ValidationError("--compare: say previous or year.") }
        if !(1...100).contains(top) { throw ValidationError("--top: say 1 to 100.") }
        if kind == nil, by != nil || sum != nil || people || compare != nil {
            throw ValidationError("Name a kind of event; rapport explore lists them.")
        }
        let (first, last) = (try CivilDate.option(from, "--from"), try CivilDate.option(to, "--to"))
        if let first, let last, first > last { throw ValidationError("--from is after --to.") }
    }

    func run() async throws {
        let output = common.output
        try await common.withRapport { rapport in
            guard let kind else {
                try await list(rapport, output)
                return
            }
            output.progress(output.text("patterns.reading_events"))
            var question = Exploration.Question(kind: kind, days: try await days(kind, rapport))
            question.by = by
            question.measure = people ? .people : sum.map { .sum($0) } ?? .count
            question.every = try CalendarPeriod.option(every)
            question.people = try await rapport.people(in: segment)
            question.isAnonymousToo = anonymous
            question.limit = top
            question.currency = money.currency
            if sum != nil, money.currency == nil { question.ownCurrency = try await FigureOptions.currency(rapport) }
            question.rates = try money.rates()
            let found = try await ask(question, rapport)
            let before = try await compare.map { self.earlier(question, $0) }.asyncMap { try await ask($0, rapport) }
            output.endProgress()
            let report = ExploreReport(found, before: before, by: by, output)
            let telling = report.telling
            telling.show(output)
            try files.write(csv: report.rows.map(CSVText.line).joined(), page: telling.page(output), output)
            output.json(report.json)
        }
    }

    private func ask(_ question: Exploration.Question, _ rapport: Rapport) async throws -> Exploration {
        let (zone, catalog) = (rapport.houseCalendar, rapport.catalog)
        return try await rapport.database.read { try Exploration(question, zone: zone, catalog, in: $0) }
    }

    /// The same question of an earlier time, in total.
    private func earlier(_ question: Exploration.Question, _ compare: String) -> Exploration.Question {
        var earlier = question
        earlier.by = nil
        let days = question.days
        if compare == "previous" {
            earlier.days = (days.lowerBound - days.count)...(days.lowerBound - 1)
        } else if question.every == .month {
            func year(_ day: Int) -> Int {
                let date = CivilDate(daysSince1970: day)
                let last = CivilDate.days(in: date.month, of: date.year - 1)
                return CivilDate(year: date.year - 1, month: date.month, day: min(date.day, last))?.daysSince1970 ?? day - 365
            }
            earlier.days = year(days.lowerBound)...year(days.upperBound)
        } else {
            // The same days of the week.
            earlier.days = (days.lowerBound - 364)...(days.upperBound - 364)
        }
        return earlier
    }

    /// The days asked about, or the last ones that have such events.
    private func days(_ kind: String, _ rapport: Rapport) async throws -> ClosedRange<Int> {
        let (zone, catalog) = (rapport.houseCalendar, rapport.catalog)
        var last = try CivilDate.option(to, "--to")?.daysSince1970
        if last == nil {
            last = try await rapport.database.read { db in
                let known = try HouseHappenings.kind(kind, catalog, in: db)
                let at = try db.integer("SELECT MAX(last_at) FROM totals WHERE kind = \(known.id)") ?? db.now().milliseconds
                return Int(zone.day(of: at))
            }
        }
        let end = last ?? 0
        if let first = try CivilDate.option(from, "--from")?.daysSince1970 { return min(first, end)...end }
        switch try CalendarPeriod.option(every) {
        case .day: return (end - 29)...end
        case .week: return CalendarPeriod.week.start(of: CalendarPeriod.week.number(of: end) - 25)...end
        case .month: return CalendarPeriod.month.start(of: CalendarPeriod.month.number(of: end) - 23)...end
        }
    }

    private func list(_ rapport: Rapport, _ output: Output) async throws {
        let kinds = try await rapport.database.read { try Exploration.kinds(in: $0) }
        if kinds.isEmpty { output.say("explore.none") }
        output.table(
            ["kind", "events", "people", "last_seen"],
            kinds.map {
                [$0.name, NumberText.grouped(Int($0.events)), NumberText.grouped(Int($0.people)), output.time($0.last)]
            })
        output.json([
            "kinds": .array(
                kinds.map {
                    [
                        "kind": .string($0.name), "events": .integer($0.events), "people": .integer($0.people),
                        "last": .string($0.last.rfc3339),
                    ]
                })
        ])
    }
}

extension Optional {
    fileprivate func asyncMap<Result>(_ body: (Wrapped) async throws -> Result) async rethrows -> Result? {
        guard let self else { return nil }
        return try await body(self)
    }
}
