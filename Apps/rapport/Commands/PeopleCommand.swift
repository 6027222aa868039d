import ArgumentParser
import RapportCore
import RapportHost
import RapportStorage

struct PeopleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "people",
        abstract: "Look up people: one record each, with where every value comes from.",
        discussion: """
            EXAMPLES:
              rapport people search "anna mül"
              rapport people show anna@example.com
              rapport people export anna@example.com --out exports/
              rapport people erase anna@example.com --yes
            """,
        subcommands: [
            PeopleSearchCommand.self, PeopleShowCommand.self, PeopleExportCommand.self,
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

    @Option(help: "The most people to list, 1 to 500.")
    var limit = 20

    @Flag(help: "List people known by a device only, too.")
    var anonymous = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (1...500).contains(limit) else { throw ValidationError("--limit is from 1 to 500") }
    }

    func run() async throws {
        let output = common.output
        let hits = try await common.withRapport { rapport in
            let search = PeopleSearch(book: rapport.identity, region: rapport.configuration.house.country)
            return try await rapport.database.read { [text, limit, anonymous] db in
                try search.people(text, limit: limit, anonymous: anonymous, in: db)
            }
        }
        guard !hits.isEmpty else { throw Problem("person.not_found", "nobody matches \"\(text)\"") }
        output.table(["id", "name", "company", "email", "last_heard_of"], hits.map(\.cells))
        output.json(.array(hits.map(\.json)))
    }
}

extension PersonHit {
    var cells: [String] { [publicID, title, company ?? "", email ?? "", lastSeen.rfc3339] }

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
        abstract: "Show a person: identifiers, fields with their sources, the latest events.",
        discussion: """
            EXAMPLES:
              rapport people show 0190a5b0-7c1e-7def-8a12-3456789abcde
              rapport people show anna@example.com
              rapport people show external.crm:17 --events 50 --json
            """)

    @Argument(help: "A public id, kind:value, an email address or a phone number.")
    var person: String

    @Option(help: "How many of the latest events to show, 0 to 500.")
    var events = 10

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (0...500).contains(events) else { throw ValidationError("--events is from 0 to 500") }
    }

    func run() async throws {
        let output = common.output
        let (record, page, now, accounts, orders) = try await common.withRapport { rapport in
            let region = rapport.configuration.house.country
            let (record, page, accounts, orders) = try await rapport.database.read { [person, events] db in
                guard let id = try People.find(person, region: region, in: db), let record = try People.record(of: id, in: db)
                else { throw Problem("person.not_found", "nobody is known as \"\(person)\"") }
                return (
                    record, try People.timeline(of: id, count: max(events, 1), in: db), try People.accounts(of: id, in: db),
                    try Order.of(id, limit: 5, in: db)
                )
            }
            return (record, page, rapport.clock.now, accounts, orders)
        }
        let entries = Array(page.entries.prefix(events))
        show(record, entries, now, output)
        if !accounts.isEmpty {
            output.line()
            output.table(
                ["company", "source", "key", "since"],
                accounts.map { [$0.name ?? "", $0.source, $0.external, $0.since.rfc3339] })
        }
        if !orders.isEmpty {
            output.line()
            output.table(
                ["order", "source", "state", "amount"], orders.map { [$0.number, $0.source, $0.state, $0.amounts(output)] })
        }
        guard case .object(let members) = record.json(entries, at: now) else { return }
        output.json(
            .object(
                members + [
                    .init(
                        "accounts",
                        .array(
                            accounts.map {
                                [
                                    "source": .string($0.source), "key": .string($0.external),
                                    "name": $0.name.map { .string($0) } ?? .null, "since": .string($0.since.rfc3339),
                                ]
                            })),
                    .init("orders", .array(orders.map { $0.json(person: record.publicID) })),
                ]))
    }

    private func show(_ record: PersonRecord, _ entries: [TimelinePage.Entry], _ now: Timestamp, _ output: Output) {
        output.line(output.styled(record.title, .bold))
        let state = record.state == .erased ? "erased" : record.anonymous ? "anonymous" : "known"
        output.say("people.\(state)", ["id": record.publicID])
        if !record.identifiers.isEmpty {
            output.line()
            output.table(
                ["identifier", "value", "said_by", "since"],
                record.identifiers.map {
                    [$0.identifier.kind, $0.identifier.value, $0.sources.joined(separator: ", "), $0.firstSeen.rfc3339]
                })
        }
        if !record.fields.isEmpty {
            output.line()
            output.table(
                ["field", "value", "said_by", "said", "confirmed", ""],
                record.fields.map {
                    [
                        $0.name, $0.text, $0.source, $0.saidAt.rfc3339, $0.confirmedAt?.rfc3339 ?? "",
                        $0.isFresh(at: now) ? "" : output.text("people.stale"),
                    ]
                })
        }
        if !entries.isEmpty {
            output.line()
            output.table(
                ["when", "event", "source", "number"],
                entries.map { [$0.occurredAt.rfc3339, $0.kind, $0.source, $0.ref.description] })
        }
    }
}

extension PersonRecord {
    func json(_ entries: [TimelinePage.Entry], at now: Timestamp) -> JSONValue {
        .object([
            .init("id", .string(publicID)), .init("name", .string(title)), .init("state", .string("\(state)")),
            .init("anonymous", .bool(anonymous)), .init("created_at", .string(createdAt.rfc3339)),
            .init("last_seen", .string(lastSeen.rfc3339)), .init("identifiers", .array(identifiers.map(\.json))),
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
        .object([
            .init("name", .string(name)), .init("value", value), .init("fresh", .bool(isFresh(at: now))),
            .init("sayings", .array(sayings.map(\.json))),
        ])
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
            .init("occurred_at", .string(occurredAt.rfc3339)), .init("properties", properties),
        ])
    }
}
