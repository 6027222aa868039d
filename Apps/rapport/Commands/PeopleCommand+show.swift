import ArgumentParser
import RapportCore
import RapportEngagement
import RapportHost
import RapportStorage

struct PeopleShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a person: identifiers, fields with their sources, work, household, relations, the latest events.",
        discussion: """
            Each touchpoint says when it came, seen from the person's purchases (before, at, after), and who began it (us, them).

            EXAMPLES:
              rapport people show 0190a5b0-7c1e-7def-8a12-3456789abcde
              rapport people show anna@example.com
              rapport people show external.crm:17 --events 50 --json
              rapport people show anna@example.com --phase after --by us
            """)

    @Argument(help: "A public id, kind:value, an email address or a phone number.")
    var person: String

    @Option(help: "How many of the latest events to show, 0 to 500.")
    var events = 10

    @Option(
        help: "Only touchpoints that came then: before, at or after a purchase.",
        transform: { try oneOf($0, "--phase") })
    var phase: TouchpointPhase?

    @Option(help: "Only touchpoints that this side began: us or them.", transform: { try oneOf($0, "--by") })
    var by: TouchpointInitiator?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (0...500).contains(events) else { throw ValidationError("--events is from 0 to 500") }
    }

    func run() async throws {
        let output = common.output
        let filter = TouchpointFilter(phase: phase, initiator: by)
        let (record, page, now, context, orders) = try await common.withRapport { rapport in
            let region = rapport.configuration.house.country
            let (record, page, context, orders) = try await rapport.database.read { [person, events] db in
                guard let id = try People.find(person, region: region, in: db), let record = try People.record(of: id, in: db)
                else { throw Problem("person.not_found", "nobody is known as \"\(person)\"") }
                return (
                    record, try People.timeline(of: id, count: max(events, 1), filter: filter, in: db),
                    try PersonContext(of: id, in: db),
                    try Order.of(id, limit: 5, in: db)
                )
            }
            return (record, page, rapport.clock.now, context, orders)
        }
        let entries = Array(page.entries.prefix(events))
        show(record, entries, context, now, output)
        if !orders.isEmpty {
            output.line()
            output.table(
                ["order", "source", "state", "amount"], orders.map { [$0.number, $0.source, $0.state, $0.amounts(output)] })
        }
        guard case .object(let members) = record.json(entries, at: now) else { return }
        output.json(
            .object(
                members + context.json + [
                    .init("orders", .array(orders.map { $0.json(person: record.publicID) }))
                ]))
    }

    private func show(
        _ record: PersonRecord, _ entries: [TimelinePage.Entry], _ context: PersonContext, _ now: Timestamp, _ output: Output
    ) {
        output.line(output.styled(record.title, .bold))
        let state = record.state == .erased ? "erased" : record.anonymous ? "anonymous" : "known"
        output.say("people.\(state)", ["id": record.publicID])
        if let stage = context.stage(output) { output.line(stage) }
        if !record.identifiers.isEmpty {
            output.line()
            output.table(
                ["identifier", "value", "said_by", "since", ""],
                record.identifiers.map {
                    [
                        $0.identifier.kind, $0.identifier.value, $0.sources.joined(separator: ", "),
                        output.time($0.firstSeen),
                        context.former.contains($0.identifier.value) ? output.text("people.former_job") : "",
                    ]
                })
        }
        if !record.contacts.isEmpty {
            output.line()
            output.table(
                ["identifier", "confirmed", "age", "budget", "confidence"],
                record.contacts.map {
                    [$0.name, $0.confirmedAt.map(output.time) ?? ""] + Self.freshness($0.freshness, now)
                })
        }
        if !record.fields.isEmpty {
            output.line()
            output.table(
                ["field", "value", "said_by", "said", "confirmed", "age", "budget", "confidence"],
                record.fields.map {
                    [$0.name, $0.text, $0.source, output.time($0.saidAt), $0.confirmedAt.map(output.time) ?? ""]
                        + Self.freshness($0.freshness, now)
                })
        }
        context.show(output)
        if !entries.isEmpty {
            output.line()
            output.table(
                ["when", "event", "touchpoint", "source", "number"],
                entries.map {
                    [output.time($0.occurredAt), $0.kind, $0.touchpoint(output), $0.source, $0.ref.description]
                })
        }
    }
}

extension PeopleShowCommand {
    /// Age and budget in whole days, confidence in percent; no budget, no confidence to lose.
    fileprivate static func freshness(_ freshness: Freshness, _ now: Timestamp) -> [String] {
        func days(_ span: Span) -> String { "\(span.milliseconds / 86_400_000) d" }
        guard let budget = freshness.budget else { return [days(freshness.age(at: now)), "", ""] }
        return [days(freshness.age(at: now)), days(budget), "\(freshness.confidence(at: now) / 10) %"]
    }
}
