import ArgumentParser
import RapportCore
import RapportHost
import RapportIntegration
import RapportStorage

typealias AccountsCommand = RecordsCommand<AccountWords>
typealias ProductsCommand = RecordsCommand<ProductWords>

/// Looks up what is a record of its own without being a person: one command for each kind of them.
struct RecordsCommand<Words: RecordWords>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: Words.command, abstract: Words.abstract,
            discussion: """
                EXAMPLES:
                  rapport \(Words.command)
                  rapport \(Words.command) search \(Words.search)
                  rapport \(Words.command) show \(Words.key)
                """,
            subcommands: [Search.self, Show.self], defaultSubcommand: Search.self)
    }

    struct Search: AsyncParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                commandName: "search",
                abstract:
                    "Find \(Words.several) by the beginnings of the words of their names and keys; without any, list them.",
                discussion: """
                    EXAMPLES:
                      rapport \(Words.command) search \(Words.search)
                      rapport \(Words.command) search --limit 5 --json
                    """)
        }
        @Argument(help: "What to look for.") var text = ""
        @Option(help: "The most to list, 1 to 500.") var limit = 20
        @OptionGroup var common: CommonOptions

        func validate() throws { try HouseRecord.checkLimit(limit) }
        func run() async throws { try await HouseRecord.list(Words.kind, text, limit, common) }
    }

    struct Show: AsyncParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                commandName: "show", abstract: Words.showing,
                discussion: """
                    EXAMPLES:
                      rapport \(Words.command) show \(Words.key)
                      rapport \(Words.command) show \(Words.name) --json
                    """)
        }
        @Argument(help: Words.naming) var record: String
        @OptionGroup var common: CommonOptions

        func run() async throws { try await HouseRecord.show(Words.kind, record, common) }
    }
}

/// What the commands of one kind of record say of it.
protocol RecordWords: Sendable {
    static var kind: RecordKind { get }
    static var command: String { get }
    static var several: String { get }
    static var abstract: String { get }
    static var showing: String { get }
    /// How one may be named.
    static var naming: ArgumentHelp { get }
    /// For examples.
    static var search: String { get }
    static var key: String { get }
    static var name: String { get }
}

enum AccountWords: RecordWords {
    static let kind = RecordKind.account
    static let command = "accounts"
    static let several = "companies"
    static let abstract = "Look up companies: what sources say of them, and who belongs to them."
    static let showing = "Show a company: its fields, who is and was there, and what happened with them meanwhile."
    static let naming = ArgumentHelp("A public id, source:key, a key or a whole name.", valueName: "account")
    static let search = "\"north win\""
    static let key = "crm:A-17"
    static let name = "\"North Wind Ltd\""
}

enum ProductWords: RecordWords {
    static let kind = RecordKind.product
    static let command = "products"
    static let several = "products"
    static let abstract = "Look up products: what sources say of them."
    static let showing = "Show a product with its fields."
    static let naming = ArgumentHelp("source:key, a key or a whole name.", valueName: "product")
    static let search = "\"green te\""
    static let key = "shop:SKU-1"
    static let name = "\"Green tea\""
}

extension HouseRecord {
    static func checkLimit(_ limit: Int) throws {
        guard (1...500).contains(limit) else { throw ValidationError("--limit is from 1 to 500") }
    }

    static func list(_ kind: RecordKind, _ text: String, _ limit: Int, _ common: CommonOptions) async throws {
        let output = common.output
        let found = try await common.withRapport { rapport in
            try await rapport.database.read { db in try search(kind, text, limit: limit, in: db) }
        }
        guard !found.isEmpty || text.isEmpty else {
            throw Problem("record.not_found", "no \(kind.word) matches \"\(text)\"")
        }
        if found.isEmpty { output.say("records.none.\(kind.word)") }
        output.table(["name", "source", "key"], found.map { [$0.name, $0.source, $0.external] })
        output.json(.array(found.map(\.json)))
    }

    static func show(_ kind: RecordKind, _ text: String, _ common: CommonOptions) async throws {
        let output = common.output
        let (record, people, events, same) = try await common.withRapport { rapport in
            try await rapport.database.read { db in
                guard let record = try find(kind, text, in: db) else {
                    throw Problem("record.not_found", "no \(kind.word) is called \"\(text)\"")
                }
                return (
                    record, try record.members(in: db), try record.timeline(in: db),
                    kind == .account ? try AccountPair.same(as: record.id, in: db) : []
                )
            }
        }
        output.line(output.styled(record.name, .bold))
        output.line("\(record.source):\(record.external)\(record.publicID.map { ", \($0)" } ?? "")")
        output.table(["field", "value"], record.fields.map { [$0.name, $0.value.string ?? $0.value.text] })
        if !same.isEmpty {
            output.line()
            output.table(["same_as", "source", "key"], same.map { [$0.name, $0.source, $0.external] })
        }
        if !people.isEmpty {
            output.line()
            output.table(
                ["name", "role", "title", "since", "until", "person"],
                people.map { one in
                    [
                        one.name, PersonContext.role(of: one.affiliation, output), one.affiliation.title,
                        PersonContext.since(one.affiliation.since, one.affiliation.isDated, output),
                        one.affiliation.until.map(output.day) ?? "", one.publicID,
                    ]
                })
        }
        if !events.isEmpty {
            output.line()
            output.table(
                ["when", "event", "touchpoint", "name"],
                events.map { [output.time($0.entry.occurredAt), $0.entry.kind, $0.entry.touchpoint(output), $0.name] })
        }
        guard case .object(let members) = record.json else { return }
        let more: [JSONValue.Member] = [
            .init("people", .array(people.map(\.json))), .init("events", .array(events.map(\.json))),
            .init("same_as", .array(same.map(\.json))),
        ]
        output.json(.object(members + (kind == .account ? more : [])))
    }

    var json: JSONValue {
        .object(
            (publicID.map { [.init("id", .string($0))] } ?? []) + [
                .init("source", .string(source)), .init("key", .string(external)), .init("name", .string(name)),
                .init("fields", .object(fields)),
            ])
    }
}

extension RecordKind {
    var word: String { self == .account ? "account" : "product" }
}
