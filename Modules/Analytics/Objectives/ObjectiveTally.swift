import RapportCore
import RapportStorage

/// Reckons figures between moments from the index over kind and time: nothing but sums, or a number a person, leaves the database.
struct ObjectiveTally {
    let catalog: Catalog
    let zone: TimeZoneRules
    /// The house's, ISO 4217.
    let currency: String
    let asOf: Timestamp
    let figures: SegmentReading
    let db: Connection
    let join: SQL

    init(
        _ catalog: Catalog, zone: TimeZoneRules, currency: String, asOf: Timestamp, figures: SegmentReading,
        in db: Connection
    ) throws {
        self.catalog = catalog
        self.zone = zone
        self.currency = currency
        self.asOf = asOf
        self.figures = figures
        self.db = db
        join = try PeopleThere.join("timeline", in: db)
    }

    struct Values {
        /// Between each edge and the next; `nil` where there was nothing to measure.
        var values: [Double?]
        var currency: String?
        /// Only people and events are counted.
        var onlyGrows = false
        var leftOut = 0
    }

    /// What a metric is between each edge (in milliseconds) and the next.
    ///
    /// - Parameter adding: whether the stretches are parts of one whole: who was counted in one is not counted again.
    func values(_ metric: ObjectiveMetric, _ edges: [Int64], adding: Bool) throws -> Values {
        switch metric {
        case .figure(let text):
            let figure = try figures.figure(text, db)
            let numbers = try amounts(figure, edges, adding: adding)
            let isCount = figure.measure == .count || figure.measure == .people
            return Values(values: numbers, currency: figure.currency, onlyGrows: isCount)
        case .mean(let text):
            let figure = try figures.figure(text, db)
            return Values(
                values: try Self.stretches(edges).map { from, to in
                    let (count, sum) = try tally(figure, from, to)
                    return count > 0 ? Self.unit(sum, figure.digits) / Double(count) : nil
                }, currency: figure.currency)
        case .rate(let of, let to, let per):
            func sum(_ texts: [String]) throws -> [Double] {
                try texts.map { try amounts(try figures.figure($0, db), edges, adding: false) }
                    .reduce([Double](repeating: 0, count: max(0, edges.count - 1))) { zip($0, $1).map { $0 + $1 } }
            }
            return Values(values: zip(try sum(of), try sum(to)).map { $1 == 0 ? nil : $0 / $1 * per })
        case .revenue(let code): return try revenue(code ?? currency, edges)
        case .size: return Values(values: edges.dropFirst().map { _ in nil })
        }
    }

    private static func stretches(_ edges: [Int64]) -> [(Int64, Int64)] { Array(zip(edges, edges.dropFirst())) }

    private static func unit(_ number: Int64, _ digits: Int) -> Double {
        (0..<digits).reduce(Double(number)) { unit, _ in unit / 10 }
    }

    private func amounts(_ figure: SegmentFigure, _ edges: [Int64], adding: Bool) throws -> [Double] {
        if figure.measure == .people, adding { return try newcomers(figure, edges) }
        return try Self.stretches(edges).map { from, to in
            let (count, sum) = try tally(figure, from, to)
            if case .sum = figure.measure { return Self.unit(sum, figure.digits) }
            return Double(count)
        }
    }

    private func rows(_ figure: SegmentFigure, _ from: Int64, _ to: Int64) -> SQL {
        let filter: SQL = figure.events?.filter.map { " AND \($0.sql(of: "timeline."))" } ?? ""
        return """
            FROM timeline\(join)
            WHERE timeline.kind = \(figure.events?.kind ?? -1) AND timeline.occurred_at >= \(from) AND timeline.occurred_at < \(to)\(filter)
            """
    }

    /// How many events or people, and what their slots add up to.
    private func tally(_ figure: SegmentFigure, _ from: Int64, _ to: Int64) throws -> (count: Int64, sum: Int64) {
        let columns: SQL =
            switch figure.measure {
            case .count, .members: "COUNT(*), 0"
            case .people: "COUNT(DISTINCT timeline.person), 0"
            case .sum(let slot), .mean(let slot):
                "COUNT(timeline.n\(raw: String(slot + 1))), COALESCE(SUM(timeline.n\(raw: String(slot + 1))), 0)"
            }
        return try db.first("SELECT \(columns) \(rows(figure, from, to))") { ($0.integer(0), $0.integer(1)) } ?? (0, 0)
    }

    /// How many people were there for the first time in each stretch.
    private func newcomers(_ figure: SegmentFigure, _ edges: [Int64]) throws -> [Double] {
        var counts = [Double](repeating: 0, count: max(0, edges.count - 1))
        guard let first = edges.first, let last = edges.last else { return counts }
        try db.stream("SELECT MIN(timeline.occurred_at) \(rows(figure, first, last)) GROUP BY timeline.person") { row in
            counts[Self.place(of: row.integer(0), edges)] += 1
        }
        return counts
    }

    /// The stretch that a moment between the first edge and the last is in.
    private static func place(of moment: Int64, _ edges: [Int64]) -> Int {
        var (low, high) = (0, edges.count - 2)
        while low < high {
            let middle = (low + high + 1) / 2
            if edges[middle] <= moment { low = middle } else { high = middle - 1 }
        }
        return low
    }

    /// Orders are settled with all that came of them up to now.
    private func revenue(_ code: String, _ edges: [Int64]) throws -> Values {
        var amounts = [Int64](repeating: 0, count: max(0, edges.count - 1))
        var leftOut = 0
        if let first = edges.first, let last = edges.last, first < last {
            let times = Timestamp(milliseconds: first)..<Timestamp(milliseconds: last)
            let house = try HouseOrders.read(catalog, placed: [times], until: asOf, in: db)
            try house.eachTaking(in: code, zone: zone) { taking in
                guard let net = taking.revenue else {
                    leftOut += 1
                    return
                }
                amounts[Self.place(of: taking.order.placedAt.milliseconds, edges)] &+= net
            }
        }
        let digits = Currency.exponent(of: code)
        return Values(values: amounts.map { Self.unit($0, digits) }, currency: code, leftOut: leftOut)
    }

    /// From when on a metric can be told: its first event, of any kind in it; a segment's definition. `nil`: nothing has come.
    func since(_ metric: ObjectiveMetric) throws -> Int64? {
        if case .size(let text) = metric { return try definition(of: text)?.milliseconds }
        var kinds = try metric.figures.compactMap { try figures.figure($0.text, db).events?.kind }
        if case .revenue = metric { kinds = try catalog.existingKind("order.placed", in: db).map { [$0.id] } ?? [] }
        // Of what is rare, such as a complaint, nothing may have come for long: the house is as old as the oldest of them.
        return try kinds.compactMap { try db.integer("SELECT MIN(occurred_at) FROM timeline WHERE kind = \($0)") }.min()
    }

    /// When the segment of a figure was defined first.
    func definition(of text: String) throws -> Timestamp? {
        guard let name = try figures.figure(text, db).segment else { return nil }
        return try DefinitionStore(handlers: []).history("segment", name, in: db).first?.appliedAt
    }

    /// How many people were in a segment at moments, the earliest first.
    ///
    /// Goes back from how many there are now: before it entered somebody was not in it, before they left they were. Nothing is known
    /// of before the segment was defined: then nobody had entered.
    func sizes(_ text: String, at moments: [Int64]) throws -> [Double] {
        let figure = try figures.figure(text, db)
        guard case .members(let segment) = figure.measure, let name = figure.segment, let first = moments.first else { return [] }
        var size = try db.integer("SELECT COALESCE(SUM(members), 0) FROM segment_counts WHERE segment = \(segment)") ?? 0
        var sizes = [Double](repeating: 0, count: moments.count)
        var next = moments.count - 1
        let kinds = try catalog.existingKinds(["segment.entered", "segment.left"], in: db)
        let symbol = try catalog.existingSymbol(Text.folded(name), in: db) ?? -1
        let entered = kinds["segment.entered"]?.id ?? -1
        var isIn: [PersonID: Bool] = [:]
        try db.stream(
            """
            SELECT timeline.person, timeline.kind, timeline.occurred_at FROM timeline
            JOIN people ON people.id = timeline.person AND people.state = 0
            WHERE timeline.kind IN \(list: kinds.values.map(\.id).sorted()) AND timeline.occurred_at >= \(first)
                AND timeline.n1 = \(symbol)
            ORDER BY timeline.occurred_at DESC, timeline.person, timeline.partition DESC, timeline.position DESC, timeline.kind
            """
        ) { row in
            let (person, isEntry, at) = (row.integer(0), row.integer(1) == entered, row.integer(2))
            while next >= 0, moments[next] > at {
                sizes[next] = Double(size)
                next -= 1
            }
            // Whoever was merged may have entered twice.
            let after = isIn[person] ?? isEntry
            if after == isEntry { size += isEntry ? -1 : 1 }
            isIn[person] = !isEntry
        }
        while next >= 0 {
            sizes[next] = Double(size)
            next -= 1
        }
        return sizes.map { max(0, $0) }
    }
}
