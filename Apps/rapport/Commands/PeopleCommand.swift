import ArgumentParser
import RapportCore
import RapportEngagement
import RapportHost
import RapportStorage

struct PeopleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "people",
        abstract: "Look up people: one record each, with where every value comes from.",
        discussion: """
            EXAMPLES:
              rapport people search "anna mül"
              rapport people list --stage customer
              rapport people show anna@example.com
              rapport people confirm anna@example.com company
              rapport people question anna@example.com --at call
              rapport people move anna@north.example --to "South Works"
              rapport people export anna@example.com --out exports/
              rapport people erase anna@example.com --yes
            """,
        subcommands: [
            PeopleSearchCommand.self, PeopleListCommand.self, PeopleShowCommand.self, PeopleConfirmCommand.self,
            PeopleSetCommand.self,
            PeopleQuestionCommand.self, PeopleAnswerCommand.self, PeopleMoveCommand.self, PeopleJoinCommand.self,
            PeopleLeaveCommand.self, PeopleRelateCommand.self, PeopleHouseholdCommand.self, PeopleExportCommand.self,
            PeopleCorrectCommand.self, PeopleRestrictCommand.self, PeopleReleaseCommand.self, PeopleObjectCommand.self,
            EraseCommand.self,
        ])
}

struct PeopleSearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Find people by the beginnings of names, companies and identifiers.",
        discussion: """
            Every word must match. Case and accents do not count.

            EXAMPLES:
              rapport people search "zoe mul"
              rapport people search 0170123 --limit 5 --json
            """)

    @Argument(help: "What to look for.")
    var text: String

    @OptionGroup var most: PeopleLimit

    @Flag(help: "List people known by a device only, too.")
    var anonymous = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let output = common.output
        let hits = try await common.withRapport { rapport in
            let search = PeopleSearch(book: rapport.identity, region: rapport.configuration.house.country)
            return try await rapport.database.read { [text, limit = most.limit, anonymous] db in
                try search.people(text, limit: limit, anonymous: anonymous, in: db)
            }
        }
        guard !hits.isEmpty else { throw Problem("person.not_found", "nobody matches \"\(text)\"") }
        output.table(["id", "name", "company", "email", "last_heard_of"], hits.map { $0.cells(output) })
        output.json(.array(hits.map(\.json)))
    }
}

struct PeopleListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List people, the newest record first: everybody, or those in a stage of the lifecycle.",
        discussion: """
            EXAMPLES:
              rapport people list
              rapport people list --stage customer --limit 100 --json
            """)

    @Option(help: "Only those in this stage: `rapport lifecycle` lists the stages.")
    var stage: String?

    @OptionGroup var most: PeopleLimit

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let output = common.output
        let hits = try await common.withRapport { rapport in
            try await rapport.database.read { [stage, limit = most.limit] db in
                let people = try stage.map { try LifecycleQuestions.people(in: $0, limit: limit, in: db) }
                return try People.hits(people ?? People.latest(limit: limit, in: db), in: db)
            }
        }
        if hits.isEmpty { output.say(stage == nil ? "people.none_yet" : "people.none_in_stage", ["stage": stage ?? ""]) }
        output.table(["id", "name", "company", "email", "last_heard_of"], hits.map { $0.cells(output) })
        output.json(["people": .array(hits.map(\.json))])
    }
}

extension PersonHit {
    func cells(_ output: Output) -> [String] { [publicID, title, company ?? "", email ?? "", output.time(lastSeen)] }

    var json: JSONValue {
        .object([
            .init("id", .string(publicID)), .init("name", .string(title)),
            .init("company", company.map { JSONValue.string($0) } ?? .null),
            .init("email", email.map { JSONValue.string($0) } ?? .null),
            .init("last_seen", .string(lastSeen.rfc3339)),
        ])
    }
}

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

extension Freshness {
    /// Since when it ages, in milliseconds how old it is, and in thousandths how far it may be believed.
    func members(at now: Timestamp) -> [JSONValue.Member] {
        [
            .init("since", .string(since.rfc3339)), .init("age_ms", .integer(age(at: now).milliseconds)),
            .init("budget_ms", budget.map { .integer($0.milliseconds) } ?? .null),
            .init("confidence", .integer(confidence(at: now))), .init("fresh", .bool(!isStale(at: now))),
        ]
    }
}

extension PersonRecord {
    func json(_ entries: [TimelinePage.Entry], at now: Timestamp) -> JSONValue {
        .object([
            .init("id", .string(publicID)), .init("name", .string(title)), .init("state", .string("\(state)")),
            .init("anonymous", .bool(anonymous)), .init("created_at", .string(createdAt.rfc3339)),
            .init("last_seen", .string(lastSeen.rfc3339)), .init("identifiers", .array(identifiers.map(\.json))),
            .init(
                "contacts",
                .array(
                    contacts.map { contact in
                        .object(
                            [
                                .init("kind", .string(contact.name)),
                                .init("confirmed_at", contact.confirmedAt.map { .string($0.rfc3339) } ?? .null),
                            ] + contact.freshness.members(at: now))
                    })),
            .init("fields", .array(fields.map { $0.json(at: now) })), .init("events", .array(entries.map(\.json))),
        ])
    }
}

extension PersonRecord.Known {
    var json: JSONValue {
        .object([
            .init("kind", .string(identifier.kind)), .init("value", .string(identifier.value)),
            .init("sources", .array(sources.map { JSONValue.string($0) })),
            .init("first_seen", .string(firstSeen.rfc3339)),
        ])
    }
}

extension FieldReading {
    func json(at now: Timestamp) -> JSONValue {
        .object(
            [
                .init("name", .string(name)), .init("value", value), .init("sayings", .array(sayings.map(\.json))),
            ] + freshness.members(at: now))
    }
}

extension FieldReading.Saying {
    var json: JSONValue {
        .object([
            .init("source", .string(source)), .init("value", value ?? .null), .init("said_at", .string(saidAt.rfc3339)),
            .init("confirmed_at", confirmedAt.map { JSONValue.string($0.rfc3339) } ?? .null),
        ])
    }
}

extension TimelinePage.Entry {
    var json: JSONValue {
        .object([
            .init("event", .string(ref.description)), .init("kind", .string(kind)), .init("source", .string(source)),
            .init("occurred_at", .string(occurredAt.rfc3339)),
            .init("phase", phase.map { .string($0.rawValue) } ?? .null),
            .init("initiator", initiator.map { .string($0.rawValue) } ?? .null), .init("properties", properties),
        ])
    }
}

/// Reads a word that is one of a few.
func oneOf<Word: RawRepresentable & CaseIterable>(_ text: String, _ option: String) throws -> Word
where Word.RawValue == String {
    guard let word = Word(rawValue: text) else {
        throw ValidationError("\(option) is \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return word
}
