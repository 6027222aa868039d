public import RapportCore
public import RapportStorage

/// What people bought, line by line, as the log has it now: the baskets of baskets, rules and recommendations.
///
/// A line names its product by `product`, else `product_id`, `sku` or `name`. Cancelled orders are none. Merged people's orders are
/// their survivor's; erased and anonymous people have none here.
public struct HouseLines: Sendable {
    public struct Basket: Sendable, Hashable {
        public var person: PersonID
        public var placedAt: Timestamp
        /// By place in `products`, ascending, each once.
        public var products: [Int]
    }

    /// The keys of products, in the order of their first appearance.
    public private(set) var products: [String] = []
    /// In the order of people and of time.
    public private(set) var baskets: [Basket] = []
    /// How many people were not read because they may not be profiled.
    public private(set) var leftOut = 0
    /// What people have sent back.
    public private(set) var returned: [PersonID: Set<Int>] = [:]
    /// Products that cannot be had: their record says `in_stock: no`, or a `stock` of nothing.
    public private(set) var outOfStock: Set<Int> = []
    private var names: [String] = []
    private var places: [String: Int] = [:]

    /// What people call a product: its record's name, else its key.
    public func name(_ product: Int) -> String { names[product] }

    /// The place of the product with this key.
    public func place(_ key: String) -> Int? { places[key] }

    private struct Line {
        var product: Int
        /// In thousandths; `nil` where nothing is said.
        var pieces: Int64?
    }

    private struct Happening {
        var kind: String
        var at: Timestamp
        var source: Int64
        var number: String?
        var lines: [Line]

        /// Takes what was cancelled off: as many pieces as it says, else all.
        mutating func take(_ gone: Line) {
            guard let place = lines.firstIndex(where: { $0.product == gone.product }) else { return }
            let left = gone.pieces.map { (lines[place].pieces ?? 1_000) - $0 } ?? 0
            if left > 0 { lines[place].pieces = left } else { lines.remove(at: place) }
        }
    }

    private static let kinds: Set<String> = ["order.placed", "order.cancelled", "order.returned"]

    public static func read(
        _ catalog: Catalog, among population: HousePopulation = .everybody, in db: Connection
    ) throws -> HouseLines {
        var lines = HouseLines()
        let leftOut = try population.leftOut(in: db)
        lines.leftOut = leftOut.count
        let kinds = try catalog.existingKinds(Self.kinds, in: db)
        guard kinds["order.placed"] != nil else { return lines }
        let names = Dictionary(uniqueKeysWithValues: kinds.values.map { ($0.id, $0.name) })
        var person: PersonID = 0
        var happenings: [Happening] = []
        try db.each(
            """
            SELECT timeline.person, timeline.kind, timeline.occurred_at, events.properties, events.source
            FROM people
            JOIN timeline ON timeline.person = people.id AND timeline.kind IN \(list: names.keys.sorted())
            JOIN events ON events.partition = timeline.partition AND events.position = timeline.position
            WHERE people.state = 0 AND people.anonymous = 0\(population.condition(on: "people.id", leavingOut: leftOut))
            ORDER BY timeline.person, timeline.kind, timeline.occurred_at, timeline.partition, timeline.position
            """
        ) { row in
            if row.integer(0) != person {
                lines.settle(happenings, of: person)
                happenings = []
                person = row.integer(0)
            }
            let properties = try JSONValue(parsing: row.text(3))
            happenings.append(
                Happening(
                    kind: names[row.integer(1)] ?? "", at: row.timestamp(2), source: row.integer(4),
                    number: properties["order"].flatMap(Self.text), lines: lines.lines(of: properties)))
        }
        lines.settle(happenings, of: person)
        try lines.readRecords(in: db)
        return lines
    }

    /// Keys and numbers of orders may be texts, numbers or flags.
    static func text(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text.isEmpty ? nil : text
        case .integer(let number): String(number)
        case .decimal(let literal): literal
        case .bool(let flag): flag ? "yes" : "no"
        default: nil
        }
    }

    private mutating func lines(of properties: JSONValue) -> [Line] {
        (properties["lines"]?.array ?? []).compactMap { line in
            let key = ["product", "product_id", "sku", "name"].lazy.compactMap { line[$0].flatMap(Self.text) }.first
            guard let key, !["cancelled", "canceled"].contains(line["state"]?.string?.lowercased()) else { return nil }
            let pieces = ["quantity", "qty", "items"].lazy.compactMap { line[$0].flatMap(Self.text) }.first
                .flatMap { ScaledInteger.parse($0, scale: 3) }
            return Line(product: place(naming: key), pieces: pieces)
        }
    }

    private mutating func place(naming key: String) -> Int {
        if let known = places[key] { return known }
        places[key] = products.count
        products.append(key)
        return products.count - 1
    }

    /// One person's baskets: what is left of the lines of each order. What was placed last under a number of a source is what the
    /// order is; what came of it is linked by the number, also where another source says so and one alone has the number.
    private mutating func settle(_ happenings: [Happening], of person: PersonID) {
        var own: [Happening] = []
        var byNumber: [String: [Int64: Int]] = [:]
        for event in happenings where event.kind == "order.placed" && !event.lines.isEmpty {
            if let number = event.number {
                if let place = byNumber[number]?[event.source] {
                    own[place] = event
                    continue
                }
                byNumber[number, default: [:]][event.source] = own.count
            }
            own.append(event)
        }
        func order(_ event: Happening) -> Int? {
            event.number.flatMap { byNumber[$0] }.flatMap { $0[event.source] ?? ($0.count == 1 ? $0.values.first : nil) }
        }
        for event in happenings where event.kind == "order.returned" {
            // A return without lines is of the whole order.
            let whole = order(event).map { own[$0].lines } ?? []
            returned[person, default: []].formUnion((event.lines.isEmpty ? whole : event.lines).map(\.product))
        }
        for event in happenings where event.kind == "order.cancelled" {
            guard let place = order(event) else { continue }
            if event.lines.isEmpty { own[place].lines = [] } else { for line in event.lines { own[place].take(line) } }
        }
        baskets += own.filter { !$0.lines.isEmpty }.sorted { $0.at < $1.at }.map {
            Basket(person: person, placedAt: $0.at, products: Set($0.lines.map(\.product)).sorted())
        }
    }

    private mutating func readRecords(in db: Connection) throws {
        names = products
        try HouseRecord.each(.product, in: db) { record in
            guard let place = places[record.external] else { return }
            if !record.name.isEmpty { names[place] = record.name }
            func value(_ field: String) -> String? { record.fields.first { $0.name == field }.flatMap { Self.text($0.value) } }
            let isOut = value("in_stock").map { ["false", "no", "0", "n"].contains($0.lowercased()) } ?? false
            let left = value("stock").flatMap(Double.init)
            if isOut || left.map({ $0 <= 0 }) ?? false { outOfStock.insert(place) }
        }
    }
}

extension Baskets {
    /// The baskets of a house, by the names of their products; weekends in the house's zone.
    ///
    /// - Throws: `Problem` `baskets.no_lines` where no order has lines.
    public init(_ lines: HouseLines, zone: TimeZoneRules) throws {
        guard !lines.baskets.isEmpty else { throw HouseLines.nothing("baskets") }
        self.init(
            lines.baskets.map { basket in basket.products.map { lines.name($0) } },
            // Day 0 was a Thursday.
            isWeekend: lines.baskets.map { ((zone.day(of: $0.placedAt.milliseconds) + 3) % 7 + 7) % 7 >= 5 })
    }
}

extension HouseLines {
    static func nothing(_ what: String) -> Problem {
        Problem(
            "\(what).no_lines", "no order says what was in it",
            remedy: "Import orders with a line for each product (docs/guides/import.md), or name a file with --csv.")
    }
}
