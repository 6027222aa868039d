import ArgumentParser
import RapportCore
import RapportHost
import RapportStorage

struct OrdersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "orders",
        abstract: "Look up orders: their lines, their state, and what came of them.",
        discussion: """
            EXAMPLES:
              rapport orders show 10042
              rapport orders of anna@example.com
            """,
        subcommands: [Show.self, OfPerson.self])

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show an order by its number: lines, state, and each payment, return and refund with what caused it.",
            discussion: """
                EXAMPLES:
                  rapport orders show 10042
                  rapport orders show 10042 --source shop --json
                """)
        @Argument(help: "The number of the order.") var number: String
        @Option(help: "The source that numbers it, where several use the number.") var source: String?
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let output = common.output
            let orders = try await common.withRapport { rapport in
                try await rapport.database.read { [number, source] db in
                    let orders = try Order.find(number, source: source, in: db)
                    let people = try People.publicIDs(of: orders.map(\.person), in: db)
                    return orders.map { ($0, people[$0.person] ?? "") }
                }
            }
            guard !orders.isEmpty else { throw Problem("order.not_found", "there is no order \(number)") }
            for (order, person) in orders {
                output.line(output.styled(output.text("orders.title", ["order": order.number, "source": order.source]), .bold))
                output.say("orders.about", ["state": order.state, "amount": order.amounts(output), "person": person])
                if !order.lines.isEmpty {
                    output.line()
                    let names = order.lineNames
                    output.table(
                        names,
                        order.lines.map { line in names.map { name in line[name].map { $0.string ?? $0.text } ?? "" } })
                }
                output.line()
                output.table(
                    ["when", "event", "source", "number", "caused_by"],
                    order.events.map {
                        [output.time($0.at), $0.kind, $0.source, $0.ref.description, $0.causedBy?.description ?? ""]
                    })
            }
            output.json(.array(orders.map { $0.0.json(person: $0.1) }))
        }
    }

    struct OfPerson: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "of",
            abstract: "List the orders of a person, the latest first.",
            discussion: """
                EXAMPLES:
                  rapport orders of anna@example.com
                  rapport orders of external.shop:17 --limit 5 --json
                """)
        @Argument(help: "A public id, kind:value, an email address or a phone number.") var person: String
        @Option(help: "The most to list, 1 to 500.") var limit = 20
        @OptionGroup var common: CommonOptions

        func validate() throws { try HouseRecord.checkLimit(limit) }

        func run() async throws {
            let output = common.output
            let (orders, publicID) = try await common.withRapport { rapport in
                let region = rapport.configuration.house.country
                return try await rapport.database.read { [person, limit] db in
                    guard let id = try People.find(person, region: region, in: db) else {
                        throw Problem("person.not_found", "nobody is known as \"\(person)\"")
                    }
                    return (try Order.of(id, limit: limit, in: db), try People.publicIDs(of: [id], in: db)[id] ?? "")
                }
            }
            if orders.isEmpty { output.say("orders.none") }
            output.table(
                ["order", "source", "placed", "state", "amount"],
                orders.map { [$0.number, $0.source, $0.placedAt.map(output.time) ?? "", $0.state, $0.amounts(output)] })
            output.json(.array(orders.map { $0.json(person: publicID) }))
        }
    }
}

extension Order {
    /// `30.00 GBP`, or `30.00 GBP less 10.00`.
    func amounts(_ output: Output) -> String {
        func words(_ minor: Int64) -> String { text(minor) + (currency.map { " \($0)" } ?? "") }
        guard let total else {
            return refunded > 0 ? output.text("orders.refunds", ["amount": words(refunded)]) : output.text("orders.no_amount")
        }
        return refunded > 0
            ? output.text("orders.less", ["amount": words(total), "refunded": text(refunded)]) : words(total)
    }

    private func text(_ minor: Int64) -> String { ScaledInteger.text(minor, scale: Currency.exponent(of: currency)) }

    /// The members of the lines, in the order in which they first come.
    var lineNames: [String] {
        var names: [String] = []
        for line in lines { for member in line.object ?? [] where !names.contains(member.name) { names.append(member.name) } }
        return names
    }

    func json(person: String) -> JSONValue {
        let money = money()
        func amount(_ minor: Int64?) -> JSONValue { minor.map { .decimal(text($0)) } ?? .null }
        return [
            "order": .string(number), "source": .string(source), "person": .string(person), "state": .string(state),
            "placed_at": placedAt.map { .string($0.rfc3339) } ?? .null, "currency": currency.map { .string($0) } ?? .null,
            "total": amount(total), "refunded": amount(refunded), "net": amount(net), "cancelled": amount(money.cancelled),
            "tax": amount(money.tax), "revenue": amount(money.isCancelled ? 0 : money.revenue), "lines": .array(lines),
            "events": .array(
                events.map { event in
                    [
                        "event": .string(event.ref.description), "kind": .string(event.kind), "source": .string(event.source),
                        "occurred_at": .string(event.at.rfc3339),
                        "caused_by": event.causedBy.map { .string($0.description) } ?? .null,
                        "properties": event.properties,
                    ]
                }),
        ]
    }
}
