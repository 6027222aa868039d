import Foundation
import RapportCore
import RapportTestKit

/// A house in a folder of its own that the real program has filled: four hundred days of orders in three currencies, with lines,
/// refunds (in another currency too), cancellations and returns; messages, clicks, visits, complaints and answers; two people who are
/// one, two who were one, and one who was erased.
struct AnswerHouse {
    let folder: URL

    /// - Parameter database: as `database:` names it.
    init(_ database: String, in folder: URL, _ history: AnswerHistory) async throws {
        self.folder = folder
        let definitions = folder.appending(path: "definitions")
        try FileManager.default.createDirectory(at: definitions, withIntermediateDirectories: true)
        let configuration =
            "database: \(database)\njournal: wishes.jsonl\nhouse: {country: NZ, currency: EUR, time_zone: Pacific/Auckland}\n"
        let files = [
            "rapport.yaml": configuration, "definitions/house.yaml": history.definitions, "people.csv": history.people,
            "people.yaml": Self.people, "products.csv": history.products, "products.yaml": Self.products,
            "orders.csv": history.orders, "orders.yaml": Self.orders, "events.csv": history.events, "events.yaml": Self.events,
        ]
        for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name)) }
        try await said("migrate")
        try await said("apply", definitions.path())
        for name in ["people", "products", "orders", "events"] {
            let table = folder.appending(path: "\(name).csv").path()
            try await said("import", table, "--map", folder.appending(path: "\(name).yaml").path())
        }
        try await said("duplicates", "merge", "c0@a.example", "c1@a.example", "--reason", "one person")
        let merged = try await said("duplicates", "merge", "c3@a.example", "c4@a.example", "--reason", "one person")
        let number = try JSONValue(parsing: merged)["merge"]?.integer ?? 0
        try await said("duplicates", "unmerge", String(number))
        try await said("erase", "c6@a.example", "--yes")
    }

    /// What a command answers.
    ///
    /// - Throws: `Failure` where it does not end well.
    @discardableResult
    func said(_ arguments: String...) async throws -> String { try await answer(arguments) }

    func answer(_ arguments: [String]) async throws -> String {
        let configuration = ["--json", "--config", folder.appending(path: "rapport.yaml").path()]
        let (code, text, errors) = try await Program.run(
            Program.folder + "rapport", arguments + configuration, reading: [])
        guard code == 0 else { throw Failure(command: arguments, said: errors) }
        return text
    }

    struct Failure: Error {
        var command: [String]
        var said: String
    }

    private static let people = """
        source: crm
        as: people
        key: Id
        at: {column: Since, time: RFC 3339}
        identifiers: {external.crm: Id, email: Email}
        fields: {first_name: Name, city: City, country: Country}
        """
    private static let products = """
        source: shop
        as: products
        key: SKU
        fields: {name: Name, cost: Cost}
        """
    private static let orders = """
        source: shop
        as: orders
        order: Order
        at: {column: At, time: RFC 3339}
        identifiers: {email: Email}
        state: Status
        total: {column: Total, number: "."}
        currency: {column: Currency}
        store: Store
        line: {product: Item, quantity: {column: Pieces, integer: true}}
        """
    private static let events = """
        source: site
        as: events
        key: Row
        kind: {column: Kind}
        at: {column: At, time: RFC 3339}
        identifiers: {email: Email}
        properties:
          campaign: Campaign
          channel: Channel
          topic: Topic
          path: Path
          survey: Survey
          score: {column: Score, integer: true}
        """
}
