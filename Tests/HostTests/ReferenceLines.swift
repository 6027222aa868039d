import RapportAnalytics
import RapportCore
import RapportStorage

/// The baskets of a house reckoned the slow way: person by person, each event looked up and read whole.
struct ReferenceLines {
    private struct Line {
        var product: String
        var pieces: Int64?
    }

    private struct Said {
        var kind: String
        var at: Timestamp
        var source: Int64
        var number: String?
        var lines: [Line]
    }

    /// Of each basket its person, moment and products by name.
    private(set) var baskets: [[String]] = []
    private(set) var returned: [PersonID: Set<String>] = [:]

    init(in db: Connection) throws {
        var byPerson: [PersonID: [Said]] = [:]
        try db.each(
            """
            SELECT timeline.person, kinds.name, timeline.occurred_at, events.properties, events.source
            FROM people
            JOIN timeline ON timeline.person = people.id
            JOIN kinds ON kinds.id = timeline.kind
            JOIN events ON events.partition = timeline.partition AND events.position = timeline.position
            WHERE people.state = 0 AND people.anonymous = 0
                AND kinds.name IN ('order.placed', 'order.cancelled', 'order.returned')
            ORDER BY timeline.person, timeline.occurred_at, timeline.partition, timeline.position
            """
        ) { row in
            let properties = try JSONValue(parsing: row.text(3))
            byPerson[row.integer(0), default: []].append(
                Said(
                    kind: row.text(1), at: row.timestamp(2), source: row.integer(4),
                    number: properties["order"].flatMap(Self.text),
                    lines: (properties["lines"]?.array ?? []).compactMap(Self.line)))
        }
        for (person, said) in byPerson.sorted(by: { $0.key < $1.key }) { settle(said, of: person) }
    }

    private static func line(_ value: JSONValue) -> Line? {
        guard let key = ["product", "sku", "product_id", "variant", "name"].compactMap({ value[$0].flatMap(text) }).first else {
            return nil
        }
        if ["cancelled", "canceled"].contains(value["state"]?.string?.lowercased()) { return nil }
        let pieces = ["quantity", "qty", "items"].compactMap { value[$0].flatMap(text) }.first
        return Line(product: key, pieces: pieces.flatMap { ScaledInteger.parse($0, scale: 3) })
    }

    private static func text(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text.isEmpty ? nil : text
        case .integer(let number): String(number)
        case .decimal(let literal): literal
        case .bool(let flag): flag ? "yes" : "no"
        default: nil
        }
    }

    private mutating func settle(_ said: [Said], of person: PersonID) {
        var placed: [Said] = []
        for one in said where one.kind == "order.placed" && !one.lines.isEmpty {
            let known = placed.firstIndex { one.number != nil && $0.number == one.number && $0.source == one.source }
            if let known { placed[known] = one } else { placed.append(one) }
        }
        func order(_ one: Said) -> Int? {
            let named = placed.indices.filter { one.number != nil && placed[$0].number == one.number }
            return named.first { placed[$0].source == one.source } ?? (named.count == 1 ? named.first : nil)
        }
        for one in said where one.kind == "order.returned" {
            let lines = one.lines.isEmpty ? order(one).map { placed[$0].lines } ?? [] : one.lines
            if !lines.isEmpty { returned[person, default: []].formUnion(lines.map(\.product)) }
        }
        for one in said where one.kind == "order.cancelled" {
            guard let place = order(one) else { continue }
            if one.lines.isEmpty { placed[place].lines = [] }
            for gone in one.lines {
                guard let line = placed[place].lines.firstIndex(where: { $0.product == gone.product }) else { continue }
                let left = gone.pieces.map { (placed[place].lines[line].pieces ?? 1_000) - $0 } ?? 0
                if left > 0 { placed[place].lines[line].pieces = left } else { placed[place].lines.remove(at: line) }
            }
        }
        let left = placed.filter { !$0.lines.isEmpty }.sorted { $0.at < $1.at }
        baskets += left.map { ["\(person)", "\($0.at.milliseconds)"] + Set($0.lines.map(\.product)).sorted() }
    }
}
