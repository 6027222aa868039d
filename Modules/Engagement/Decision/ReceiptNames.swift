import RapportCore
import RapportStorage

/// The names behind a receipt's numbers, read when somebody asks.
struct ReceiptNames {
    let catalog: Catalog
    let db: Connection

    func symbol(_ number: Int64) -> String { number > 0 ? (try? catalog.symbol(number, in: db)) ?? "?" : "?" }

    func source(_ number: Int64) -> String { number > 0 ? (try? catalog.source(number, in: db).name) ?? "rapport" : "rapport" }

    /// A topic's title, for people; its name where it has none.
    func topic(_ number: Int64) -> String {
        let name = symbol(number)
        let title = try? DefinitionStore(handlers: []).current("topic", name, in: db)?.body["title"]?.string
        return title ?? name
    }
}
