public import RapportCore
import RapportStorage

/// What people bought, line by line, as the log has it now: the baskets of baskets, rules and recommendations.
///
/// A line names its product as `OrderLineMembers.productNames` says. Cancelled orders are none. Merged people's orders are
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
    public internal(set) var leftOut = 0
    /// What people have sent back.
    public private(set) var returned: [PersonID: Set<Int>] = [:]
    /// Products that cannot be had: their record says `in_stock: no`, or a `stock` of nothing.
    public private(set) var outOfStock: Set<Int> = []
    private var names: [String] = []
    private var places: [String: Int] = [:]

    /// What people call a product: its record's name, else its key.
    public func name(_ product: Int) -> String { names[product] }

    /// How sources name a product.
    public func key(_ product: Int) -> String { products[product] }

    /// The place of the product with this key.
    public func place(_ key: String) -> Int? { places[key] }

    struct Line {
        var product: Int
        /// In thousandths; `nil` where nothing is said.
        var pieces: Int64?
    }

    struct Happening {
        var kind: String
        var at: Timestamp
        var source: Int64
        var number: String?
        var lines: [Line]

        /// Takes what was cancelled off: as many pieces as it says, else all.
        fileprivate mutating func take(_ gone: Line) {
            guard let place = lines.firstIndex(where: { $0.product == gone.product }) else { return }
            let left = gone.pieces.map { (lines[place].pieces ?? 1_000) - $0 } ?? 0
            if left > 0 { lines[place].pieces = left } else { lines.remove(at: place) }
        }
    }

    /// The same of a value that is not read yet.
    static func text(_ piece: JSONPiece) throws -> String? {
        if let plain = piece.plainString { return plain.isEmpty ? nil : String(decoding: plain, as: UTF8.self) }
        return text(try piece.value())
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

    mutating func place(naming key: String) -> Int {
        if let known = places[key] { return known }
        places[key] = products.count
        products.append(key)
        return products.count - 1
    }

    /// One person's baskets: what is left of the lines of each order. What was placed last under a number of a source is what the
    /// order is; what came of it is linked by the number, also where another source says so and one alone has the number.
    mutating func settle(_ happenings: [Happening], of person: PersonID) {
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

    mutating func readRecords(in db: Connection) throws {
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
