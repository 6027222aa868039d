import ArgumentParser
import RapportCore
import RapportHost
import RapportStorage

struct AccountsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accounts",
        abstract: "Look up companies: what sources say of them, and who belongs to them.",
        discussion: """
            EXAMPLES:
              rapport accounts
              rapport accounts search "north win"
              rapport accounts show crm:A-17
            """,
        subcommands: [Search.self, Show.self], defaultSubcommand: Search.self)

    struct Search: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Find companies by the beginnings of the words of their names and keys; without any, list them.",
            discussion: """
                EXAMPLES:
                  rapport accounts search "north win"
                  rapport accounts search --limit 5 --json
                """)
        @Argument(help: "What to look for.") var text = ""
        @Option(help: "The most to list, 1 to 500.") var limit = 20
        @OptionGroup var common: CommonOptions

        func validate() throws { try HouseRecord.checkLimit(limit) }
        func run() async throws { try await HouseRecord.list(.account, text, limit, common) }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a company: its fields and its people.",
            discussion: """
                EXAMPLES:
                  rapport accounts show crm:A-17
                  rapport accounts show "North Wind Ltd" --json
                """)
        @Argument(help: "A public id, source:key, a key or a whole name.") var account: String
        @OptionGroup var common: CommonOptions

        func run() async throws { try await HouseRecord.show(.account, account, common) }
    }
}

struct ProductsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "products",
        abstract: "Look up products: what sources say of them.",
        discussion: """
            EXAMPLES:
              rapport products
              rapport products search tea
              rapport products show shop:SKU-1
            """,
        subcommands: [Search.self, Show.self], defaultSubcommand: Search.self)

    struct Search: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Find products by the beginnings of the words of their names and keys; without any, list them.",
            discussion: """
                EXAMPLES:
                  rapport products search "green te"
                  rapport products search --limit 5 --json
                """)
        @Argument(help: "What to look for.") var text = ""
        @Option(help: "The most to list, 1 to 500.") var limit = 20
        @OptionGroup var common: CommonOptions

        func validate() throws { try HouseRecord.checkLimit(limit) }
        func run() async throws { try await HouseRecord.list(.product, text, limit, common) }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a product with its fields.",
            discussion: """
                EXAMPLES:
                  rapport products show shop:SKU-1
                  rapport products show "Green tea" --json
                """)
        @Argument(help: "source:key, a key or a whole name.") var product: String
        @OptionGroup var common: CommonOptions

        func run() async throws { try await HouseRecord.show(.product, product, common) }
    }
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
        if found.isEmpty { output.line("There is no \(kind.word) yet: `rapport import FILE --as \(kind.word)s` brings them.") }
        output.table(["name", "source", "key"], found.map { [$0.name, $0.source, $0.external] })
        output.json(.array(found.map(\.json)))
    }

    static func show(_ kind: RecordKind, _ text: String, _ common: CommonOptions) async throws {
        let output = common.output
        let (record, people) = try await common.withRapport { rapport in
            try await rapport.database.read { db in
                guard let record = try find(kind, text, in: db) else {
                    throw Problem("record.not_found", "no \(kind.word) is called \"\(text)\"")
                }
                let members = try record.people(in: db).map { member in
                    let title = try People.record(of: member.id, in: db)?.title
                    return (id: member.publicID, title: title ?? "", since: member.since, last: member.last)
                }
                return (record, members)
            }
        }
        output.line(output.styled(record.name, .bold))
        output.line("\(record.source):\(record.external)\(record.publicID.map { ", \($0)" } ?? "")")
        output.table(["field", "value"], record.fields.map { [$0.name, $0.value.string ?? $0.value.text] })
        if !people.isEmpty {
            output.line()
            output.table(
                ["person", "name", "since", "last_said"], people.map { [$0.id, $0.title, $0.since.rfc3339, $0.last.rfc3339] })
        }
        guard case .object(let members) = record.json else { return }
        let list = people.map { person -> JSONValue in
            [
                "id": .string(person.id), "name": .string(person.title), "since": .string(person.since.rfc3339),
                "last_said": .string(person.last.rfc3339),
            ]
        }
        output.json(.object(members + (kind == .account ? [.init("people", .array(list))] : [])))
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
