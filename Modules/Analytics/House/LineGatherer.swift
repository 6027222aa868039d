import RapportCore
import RapportStorage

/// Gathers what events say of the lines of orders, in whatever order they come. Rows have partition, position, person, kind, moment,
/// source and properties.
struct LineGatherer {
    struct Said {
        let person: PersonID
        let kind: Int64
        let at: Timestamp
        let event: EventRef
        let source: Int64
        let number: String?
        /// Of all lines, those that it names.
        let lines: Range<Int>
    }

    /// In pieces, so that nothing of it is copied while it grows.
    private var said: [[Said]] = []
    private static let piece = 1 << 16
    /// Products by their places in `keys`.
    private var lines: [HouseLines.Line] = []
    private(set) var keys: [String] = []
    private var places: [String: Int] = [:]

    /// - Parameter needingLines: whether an event without lines says nothing.
    mutating func take(_ row: Row, needingLines: Bool) throws {
        let start = lines.count
        var number: String?
        try row.withText(6) { text in
            var (order, own): (JSONPiece?, JSONPiece?)
            let isRead = JSONPiece(text)?.eachMember { name, value in
                if name.spells("order") { order = value }
                if name.spells("lines") { own = value }
            }
            guard isRead == true else {
                // A name with an escape in it: read whole.
                let properties = try JSONValue(parsing: text)
                number = properties["order"].flatMap(HouseLines.text)
                for line in properties["lines"]?.array ?? [] { take(line) }
                return
            }
            number = try order.flatMap(HouseLines.text)
            if let own, own.isArray { try takeEach(of: own) }
        }
        if needingLines, lines.count == start { return }
        if said.isEmpty || said[said.count - 1].count == Self.piece {
            said.append([])
            said[said.count - 1].reserveCapacity(Self.piece)
        }
        said[said.count - 1].append(
            Said(
                person: row.integer(2), kind: row.integer(3), at: row.timestamp(4),
                event: EventRef(partition: row.int(0), position: row.integer(1)), source: row.integer(5), number: number,
                lines: start..<lines.count))
    }

    private mutating func takeEach(of array: JSONPiece) throws {
        var failure: (any Error)?
        _ = array.eachItem { item in
            do {
                try take(item)
            } catch {
                failure = error
            }
            return failure == nil
        }
        if let failure { throw failure }
    }

    private mutating func take(_ line: JSONPiece) throws {
        guard let members = OrderLineMembers(line) else {
            take(try line.value())
            return
        }
        func first(_ pieces: [JSONPiece?]) throws -> String? {
            for case let piece? in pieces {
                if let text = try HouseLines.text(piece) { return text }
            }
            return nil
        }
        add(
            try first(members.products), state: try members.state?.value().string, pieces: try first(members.quantities))
    }

    private mutating func take(_ line: JSONValue) {
        add(
            OrderLineMembers.productNames.lazy.compactMap { line[$0].flatMap(HouseLines.text) }.first,
            state: line["state"]?.string,
            pieces: OrderLineMembers.quantityNames.lazy.compactMap { line[$0].flatMap(HouseLines.text) }.first)
    }

    private mutating func add(_ key: String?, state: String?, pieces: String?) {
        guard let key, !["cancelled", "canceled"].contains(state?.lowercased()) else { return }
        let place = places[key] ?? keys.count
        if place == keys.count {
            places[key] = place
            keys.append(key)
        }
        lines.append(HouseLines.Line(product: place, pieces: pieces.flatMap { ScaledInteger.parse($0, scale: 3) }))
    }

    /// Hands over what was said of each person's orders, by kind and time, with all lines; in the order of people.
    ///
    /// - Parameter people: above every person's number.
    func each(people: Int, _ body: (PersonID, ArraySlice<Said>, [HouseLines.Line]) -> Void) {
        var pieces = said
        let sorted = PersonSort.gathered(&pieces, people: people, person: \.person) { own in
            own.sort { ($0.kind, $0.at, $0.event) < ($1.kind, $1.at, $1.event) }
        }
        var from = 0
        while from < sorted.count {
            var to = from + 1
            while to < sorted.count, sorted[to].person == sorted[from].person { to += 1 }
            body(sorted[from].person, sorted[from..<to], lines)
            from = to
        }
    }
}
