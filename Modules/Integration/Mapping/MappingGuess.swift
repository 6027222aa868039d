public import RapportCore
import RapportPluginKit
import RapportTabular

/// A mapping proposed for a table by the names of its columns and the look of its first rows, as YAML that can be kept and
/// changed.
public struct MappingGuess: Sendable {
    let columns: [String]
    let source: String
    private let index: ColumnIndex
    private let rows: [[JSONValue]]

    /// - Parameter rows: the first rows, by which formats of dates and numbers are told.
    public init(columns: [String], rows: [[JSONValue]], source: String) {
        self.columns = columns
        self.rows = rows
        self.source = source
        index = ColumnIndex(columns, for: nil)
    }

    /// What the table most likely holds.
    public var target: RecordRule.Target {
        func has(_ words: [String]) -> Bool { find(words) != nil }
        let isAboutPeople = !identifiers().isEmpty
        if orderNumber != nil, has(Self.totalNames + Self.productNames) { return .orders }
        if has(Self.eventNames) { return .events }
        // Somebody and what they took is an order, also where no column numbers it: a catalogue names nobody.
        if namesSomebody, has(Self.articleNames), has(Self.quantityNames + Self.totalNames + Self.timeNames) { return .orders }
        if isAboutPeople, has(["basis", "wording", "optin", "consent", "permission", "consentdate"]) { return .permissions }
        if isAboutPeople, has(["suppressed", "bouncetype", "unsubscribedat", "unsubscribedate", "suppressionreason"]) {
            return .suppressions
        }
        if has(Self.articleNames) { return .products }
        if !isAboutPeople, has(["domain", "website", "industry", "vat", "vatid", "companyname", "company", "account"]) {
            return .accounts
        }
        return .people
    }

    /// Whether there is nothing to guess from.
    public var isEmpty: Bool { columns.isEmpty }

    /// Whether there is anything to map.
    var hasRows: Bool { !rows.isEmpty }

    /// The mapping for `target` as YAML.
    ///
    /// - Throws: `Problem` `import.no_mapping` where columns are missing without which there is none.
    public func yaml(_ target: RecordRule.Target) throws -> String {
        try draft(target).lines.joined(separator: "\n") + "\n"
    }

    /// The columns that the mapping for `target` does not take, each with the name that it would have.
    ///
    /// - Throws: as `yaml` does.
    public func leftOut(_ target: RecordRule.Target) throws -> [(name: String, column: String)] {
        try unused(target, areKept: false).map { (EventMaker.snake($0), $0) }
    }

    /// The columns that come along under their own names in the mapping for `target`.
    func kept(_ target: RecordRule.Target) throws -> [String] { try unused(target, areKept: true) }

    private func unused(_ target: RecordRule.Target, areKept: Bool) throws -> [String] {
        let draft = try draft(target)
        guard draft.lines.contains("keep: true") == areKept else { return [] }
        return columns.filter { !draft.used.contains($0) && !$0.isEmpty }
    }

    private func draft(_ target: RecordRule.Target) throws -> (lines: [String], used: Set<String>) {
        var used: Set<String> = []
        var lines = ["source: \(source)", "as: \(target.rawValue)"]
        if target.concernsPeople {
            let found = identifiers()
            guard !found.isEmpty else {
                throw missing("no column is known to identify people", "identifiers: {email: …}", target)
            }
            lines.append("identifiers:")
            for (kind, column) in found {
                lines.append("  \(kind): \(Self.quoted(column))")
                used.insert(column)
            }
        }
        switch target {
        case .people: people(&lines, &used)
        case .accounts, .products: try record(target, &lines, &used)
        case .orders: try order(&lines, &used)
        case .events:
            guard let kind = find(Self.eventNames) else { throw missing("no column names the event", "kind: …", target) }
            lines.append("kind: {column: \(Self.quoted(kind))}")
            used.insert(kind)
            time(&lines, &used)
            lines.append("keep: true")
        case .permissions, .suppressions: permission(target, &lines, &used)
        case .affiliations: throw missing("which column is what at a company is not guessed", "account: …", target)
        case .households: throw missing("which column names a household is not guessed", "household: …", target)
        case .relations: throw missing("who is what to whom is not guessed", "other: {email: …}, relation: …", target)
        }
        return (lines, used)
    }

    // MARK: Parts

    private func identifiers() -> [(kind: String, column: String)] {
        var found: [(kind: String, column: String)] = []
        for column in columns {
            guard let kind = Mapping.identifierNames[ColumnIndex.key(column)] else { continue }
            let full = kind == "external" ? "external.\(source)" : kind
            if !found.contains(where: { $0.kind == full }) { found.append((full, column)) }
        }
        if found.isEmpty {
            for column in columns where Mapping.numberOrName.contains(ColumnIndex.key(column)) {
                guard let kind = kind(of: values(column)) else { continue }
                return [(kind, column)]
            }
        }
        return found
    }

    /// Whether a column can only be somebody's: an `id` may be a product's.
    private var namesSomebody: Bool {
        columns.contains { column in
            let key = ColumnIndex.key(column)
            return Mapping.identifierNames[key] != nil && !["id", "recordid", "externalid"].contains(key)
        }
    }

    /// What a column `customer` has: addresses, or numbers such as 4711 or C-17; `nil` where it has names.
    private func kind(of values: [String]) -> String? {
        guard !values.isEmpty, !values.contains(where: { $0.contains(where: \.isWhitespace) }) else { return nil }
        if values.allSatisfy({ $0.contains("@") }) { return "email" }
        return values.allSatisfy { $0.contains(where: \.isNumber) && !$0.contains("@") } ? "external.\(source)" : nil
    }

    private func people(_ lines: inout [String], _ used: inout Set<String>) {
        if let column = find(Self.changedNames) {
            lines.append("at: \(timed(column))")
            used.insert(column)
        }
        if let column = find(["account", "accountid", "accountkey", "companyid"]) {
            lines.append("account: \(Self.quoted(column))")
            used.insert(column)
        }
        var fields: [(String, String)] = []
        for column in columns where !used.contains(column) {
            guard let field = Mapping.fieldNames[ColumnIndex.key(column)], !fields.contains(where: { $0.0 == field }) else {
                continue
            }
            fields.append((field, field == "birthday" ? dated(column) : Self.quoted(column)))
            used.insert(column)
        }
        guard !fields.isEmpty else { return }
        lines.append("fields:")
        lines += fields.map { "  \($0.0): \($0.1)" }
    }

    private func record(_ target: RecordRule.Target, _ lines: inout [String], _ used: inout Set<String>) throws {
        let own = target == .accounts ? Self.accountKeys : Self.productKeys
        let names =
            target == .accounts ? ["name", "companyname", "company", "account"] : ["name", "title", "product", "productname"]
        let (key, name) = (find(own), find(names))
        guard key != nil || name != nil else { throw missing("no column is known as key or name", "key: …", target) }
        if let key {
            lines.append("key: \(Self.quoted(key))")
            used.insert(key)
        }
        if let name, name != key {
            lines += ["fields:", "  name: \(Self.quoted(name))"]
            used.insert(name)
        }
        lines.append("keep: true")
    }

    private func order(_ lines: inout [String], _ used: inout Set<String>) throws {
        guard let number = orderNumber else { throw missing("no column numbers the orders", "order: …", .orders) }
        lines.append("order: \(Self.quoted(number))")
        used.insert(number)
        time(&lines, &used)
        if let state = find(["state", "status", "orderstatus", "financialstatus"]) {
            lines.append("state: \(Self.quoted(state))")
            used.insert(state)
        }
        if let total = find(Self.totalNames) {
            lines.append("total: \(amount(total))")
            used.insert(total)
        }
        if let currency = find(["currency", "currencycode", "waehrung", "währung"]) {
            lines.append("currency: {column: \(Self.quoted(currency))}")
            used.insert(currency)
        }
        if let product = find(Self.productNames) {
            var parts = ["product: \(Self.quoted(product))"]
            used.insert(product)
            if let quantity = find(Self.quantityNames) {
                parts.append("quantity: {column: \(Self.quoted(quantity)), number: true}")
                used.insert(quantity)
            }
            if let price = find(["price", "unitprice", "lineitemprice", "preis"]) {
                parts.append("price: \(amount(price))")
                used.insert(price)
            }
            lines.append("line: {\(parts.joined(separator: ", "))}")
        }
        lines.append("keep: true")
    }

    private func permission(_ target: RecordRule.Target, _ lines: inout [String], _ used: inout Set<String>) {
        time(&lines, &used)
        for name in target.parts {
            let words = name == "where" ? ["where", "place", "source", "optinsource"] : [name]
            guard let column = find(words) else { continue }
            lines.append("\(name): {column: \(Self.quoted(column))}")
            used.insert(column)
        }
        if target == .permissions, find(["channel"]) == nil { lines.append("channel: email") }
    }

    private func time(_ lines: inout [String], _ used: inout Set<String>) {
        guard let column = find(Self.timeNames) ?? onlyDates(besides: used) else { return }
        lines.append("at: \(timed(column))")
        used.insert(column)
    }

    /// The one column of which every value is a date, whatever its name: what has no time would be dated by when it was imported.
    private func onlyDates(besides used: Set<String>) -> String? {
        let found = columns.filter { column in
            guard !used.contains(column), let format = DateFormat.fitting(values(column)).first else { return false }
            return !["unix", "unix_ms", "YYYYMMDD"].contains(format.text)
        }
        return found.count == 1 ? found[0] : nil
    }

    // MARK: Formats

    private func values(_ column: String) -> [String] {
        guard let place = index[column] else { return [] }
        return rows.compactMap { row in
            guard place < row.count, let text = row[place].scalarText else { return nil }
            let trimmed = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            return trimmed.isEmpty ? nil : trimmed
        }
    }

    /// The first format that every value is written in.
    func format(of column: String) -> String? {
        DateFormat.fitting(values(column)).first?.text
    }

    func timed(_ column: String) -> String {
        guard let format = format(of: column), format != "RFC 3339" else { return Self.quoted(column) }
        return "{column: \(Self.quoted(column)), time: \(Self.quoted(format))}"
    }

    private func dated(_ column: String) -> String {
        guard let format = format(of: column) else { return Self.quoted(column) }
        return "{column: \(Self.quoted(column)), date: \(Self.quoted(format))}"
    }

    private func amount(_ column: String) -> String {
        let comma = values(column).contains { value in
            guard let mark = value.lastIndex(where: { $0 == "," || $0 == "." }), value[mark] == "," else { return false }
            let digits = value[value.index(after: mark)...].prefix { $0.isNumber }
            return digits.count != 3
        }
        return "{column: \(Self.quoted(column)), number: \(comma ? "\",\"" : "true")}"
    }

    // MARK: Names

    /// The column that numbers orders: `Order #`, `Order ID`, `Invoice No.`, `Belegnummer`, and Shopify's `Name` beside its lines.
    private var orderNumber: String? {
        let keys = columns.map { column in (column, ColumnIndex.key(column).filter { $0.isLetter || $0.isNumber }) }
        for noun in ["order", "invoice"] { if let found = keys.first(where: { $0.1 == noun }) { return found.0 } }
        for noun in Self.orderNouns {
            let names = Set(Self.numberWords.flatMap { [noun + $0, $0 + noun] })
            if let found = keys.first(where: { names.contains($0.1) }) { return found.0 }
        }
        return find(["lineitemname"]) == nil ? nil : find(["name"])
    }

    private func find(_ names: [String]) -> String? {
        for name in names { if let column = columns.first(where: { ColumnIndex.key($0) == name }) { return column } }
        return nil
    }

    private func missing(_ reason: String, _ part: String, _ target: RecordRule.Target) -> Problem {
        Problem(
            "import.no_mapping", "\(reason): \(columns.joined(separator: ", "))",
            remedy:
                "Write a mapping with as: \(target.rawValue) and \(part), and pass it with --map; docs/guides/import.md shows how"
        )
    }

    /// Text as a YAML scalar.
    public static func quoted(_ text: String) -> String { JSONValue.string(text).text }

    /// What an order is called, by those who sell.
    static let orderNouns = [
        "order", "salesorder", "purchaseorder", "transaction", "basket", "receipt", "invoice", "purchase", "bestell",
        "bestellung",
        "bestellungs", "auftrag", "auftrags", "rechnung", "rechnungs", "beleg", "commande", "facture", "pedido", "ordine",
    ]
    static let numberWords = [
        "id", "number", "no", "nr", "num", "ref", "reference", "key", "code", "nummer", "numero", "numéro",
    ]
    static let articleNames = ["sku", "productid", "ean", "gtin"]
    static let quantityNames = [
        "quantity", "qty", "menge", "lineitemquantity", "units", "pieces", "anzahl", "quantite", "quantité",
    ]
    static let totalNames = [
        "total", "amount", "ordertotal", "grandtotal", "totalprice", "revenue", "sum", "betrag", "summe", "salesvalue",
    ]
    static let productNames = ["sku", "product", "productid", "lineitemname", "item", "stockcode", "article", "artikel"]
    static let eventNames = ["event", "eventname", "eventtype", "activity", "action"]
    static let accountKeys = ["id", "accountid", "companyid", "key", "accountnumber", "customernumber", "domain", "vatid", "vat"]
    static let productKeys = ["sku", "productid", "id", "ean", "gtin", "articlenumber", "artikelnummer", "key"]
    static let changedNames = ["updatedat", "lastupdated", "modified", "modifiedat", "lastmodified"]
    static let timeNames = [
        "at", "date", "time", "timestamp", "occurredat", "createdat", "created", "orderdate", "datetime", "invoicedate", "datum",
        "day", "when", "orderedat", "placedat", "purchasedate", "transactiondate", "bestelldatum",
        "paidat", "optindate", "consentdate", "optintime", "unsubscribedat", "unsubscribedate",
    ]
}
