import ArgumentParser
import RapportCore
import RapportHost
import RapportStorage

struct SearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Find people, companies, products and orders by the beginnings of names, keys and identifiers.",
        discussion: """
            Every word must match. Case and accents do not count. An order is found by its whole number.

            EXAMPLES:
              rapport search "zoe mul"
              rapport search north --limit 5
              rapport search 10042 --json
            """)

    @Argument(help: "What to look for.") var text: String
    @Option(help: "The most of each to list, 1 to 500.") var limit = 10
    @OptionGroup var common: CommonOptions

    func validate() throws { try HouseRecord.checkLimit(limit) }

    func run() async throws {
        let output = common.output
        let (people, accounts, products, orders) = try await common.withRapport { rapport in
            let search = PeopleSearch(book: rapport.identity, region: rapport.configuration.house.country)
            return try await rapport.database.read { [text, limit] db in
                (
                    try search.people(text, limit: limit, in: db),
                    try HouseRecord.search(.account, text, limit: limit, in: db),
                    try HouseRecord.search(.product, text, limit: limit, in: db),
                    Array(try Order.find(text, in: db).prefix(limit))
                )
            }
        }
        guard !(people.isEmpty && accounts.isEmpty && products.isEmpty && orders.isEmpty) else {
            throw Problem("search.not_found", "nothing matches \"\(text)\"")
        }
        output.table(["person", "name", "company", "email", "last_heard_of"], people.map { $0.cells(output) })
        output.table(["company", "source", "key"], accounts.map { [$0.name, $0.source, $0.external] })
        output.table(["product", "source", "key"], products.map { [$0.name, $0.source, $0.external] })
        output.table(
            ["order", "source", "state", "amount"], orders.map { [$0.number, $0.source, $0.state, $0.amounts(output)] })
        output.json([
            "people": .array(people.map(\.json)), "accounts": .array(accounts.map(\.json)),
            "products": .array(products.map(\.json)),
            "orders": .array(
                orders.map { ["order": .string($0.number), "source": .string($0.source), "state": .string($0.state)] }),
        ])
    }
}
