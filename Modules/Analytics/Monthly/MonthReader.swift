import RapportCore
import RapportStorage

/// Reads what months came to: a few statements over all people, whatever the number of months.
struct MonthReader {
    let month: CalendarMonth
    let catalog: Catalog
    let zone: TimeZoneRules
    let asOf: Timestamp
    /// The month, the one before, the same of the year before.
    let ranges: [Range<Timestamp>]
    private let kinds: [String: Kind]

    private static let leavings: Set<String> = ["permission.withdrawn", "objection.made"]
    private static let others: Set<String> = ["message.sent", "message.bounced", "message.complained", "order.placed"]

    init(_ month: CalendarMonth, _ catalog: Catalog, zone: TimeZoneRules, asOf: Timestamp, in db: Connection) throws {
        self.month = month
        self.catalog = catalog
        self.zone = zone
        self.asOf = asOf
        ranges = [month, month.adding(-1), month.adding(-12)].map { month in
            let range = month.range(in: zone)
            // What is still to come has not happened.
            let end = min(range.upperBound, asOf + Span(milliseconds: 1))
            return min(range.lowerBound, end)..<end
        }
        kinds = try catalog.existingKinds(Self.leavings.union(Self.others), in: db)
    }

    private func numbers(_ names: Set<String>) -> [Int64] { names.compactMap { kinds[$0]?.id }.sorted() }

    private func change(_ place: Int, _ report: inout MonthlyReport, _ body: (inout MonthTotals) -> Void) {
        switch place {
        case 0: body(&report.this)
        case 1: body(&report.before)
        default: body(&report.yearBefore)
        }
    }

    /// In which of the months a moment is; 3: in none.
    private func era(_ column: SQL) -> SQL {
        """
        CASE WHEN \(column) >= \(ranges[0].lowerBound) AND \(column) < \(ranges[0].upperBound) THEN 0
            WHEN \(column) >= \(ranges[1].lowerBound) AND \(column) < \(ranges[1].upperBound) THEN 1
            WHEN \(column) >= \(ranges[2].lowerBound) AND \(column) < \(ranges[2].upperBound) THEN 2 ELSE 3 END
        """
    }

    // MARK: - People

    func readPeople(_ report: inout MonthlyReport, in db: Connection) throws {
        // How many had come before the beginning and the end of each month.
        func before(_ moment: Timestamp) -> SQL {
            "SUM(CASE WHEN state = 0 AND anonymous = 0 AND created_at < \(moment) THEN 1 ELSE 0 END)"
        }
        let bounds = ranges.map { "\(before($0.lowerBound)), \(before($0.upperBound))" as SQL }
        try db.each("SELECT MIN(created_at), \(bounds[0]), \(bounds[1]), \(bounds[2]) FROM people") { row in
            guard let first = row.integerOrNil(0) else { return }
            report.begin = Timestamp(milliseconds: first)
            for (place, range) in ranges.enumerated() where range.upperBound > Timestamp(milliseconds: first) {
                let (earlier, known) = (row.int(1 + 2 * place), row.int(2 + 2 * place))
                change(place, &report) { ($0.known, $0.new) = (known, known - earlier) }
            }
        }
        if let placed = kinds["order.placed"]?.id {
            let living = try LivingPeople(in: db)
            var firsts = [0, 0, 0]
            try db.stream("SELECT person, first_at FROM totals WHERE kind = \(placed)") { row in
                let at = row.timestamp(1)
                guard let place = ranges.firstIndex(where: { $0.contains(at) }), living.contains(row.integer(0)) else { return }
                firsts[place] += 1
            }
            for place in ranges.indices { change(place, &report) { $0.firstOrders = firsts[place] } }
        }
        guard try DefinitionStore(handlers: []).current("lifecycle", "lapsed", in: db) != nil else { return }
        for place in ranges.indices { change(place, &report) { $0.lapsed = 0 } }
        guard let lapsed = try catalog.existingSymbol("lapsed", in: db) else { return }
        try db.each(
            """
            SELECT changes.era, COUNT(DISTINCT changes.person) FROM (
                SELECT \(era("lifecycle_changes.at")) AS era, lifecycle_changes.person FROM lifecycle_changes
                JOIN people ON people.id = lifecycle_changes.person AND people.state = 0
                WHERE lifecycle_changes.stage = \(lapsed)) AS changes
            GROUP BY changes.era ORDER BY changes.era
            """
        ) { row in if row.int(0) < 3 { change(row.int(0), &report) { $0.lapsed = row.int(1) } } }
    }

    // MARK: - What happened

    func readHappenings(_ report: inout MonthlyReport, in db: Connection) throws {
        // Who is known by a device only counts here.
        let living = try LivingPeople(anonymousToo: true, in: db)
        var weeks = weeks
        let starts = weeks.map { Timestamp(milliseconds: zone.start(ofDay: Int64(month.day(1).daysSince1970 + $0.first - 1))) }
        for (place, range) in ranges.enumerated() {
            /// Of several kinds, how many events there were of how many people.
            func count(_ names: Set<String>, each: (Int) -> Void = { _ in }) throws -> (events: Int, people: Int) {
                var (seen, events, people) = (PersonSet(bound: living.bound), 0, 0)
                for kind in numbers(names) {
                    try db.stream(
                        """
                        SELECT person, occurred_at FROM timeline
                        WHERE kind = \(kind) AND occurred_at >= \(range.lowerBound) AND occurred_at < \(range.upperBound)
                        """
                    ) { row in
                        guard living.contains(row.integer(0)) else { return }
                        events += 1
                        if seen.insert(row.integer(0)) { people += 1 }
                        if place == 0 { each(starts.lastIndex { $0 <= row.timestamp(1) } ?? 0) }
                    }
                }
                return (events, people)
            }
            let sent = try count(["message.sent"]) { weeks[$0].sent += 1 }
            let placed = try count(["order.placed"]) { weeks[$0].orders += 1 }
            let (bounced, complained) = (try count(["message.bounced"]).events, try count(["message.complained"]).people)
            let left = try count(Self.leavings).people
            change(place, &report) { totals in
                (totals.sent, totals.written) = sent
                (totals.orders, totals.buyers) = placed
                (totals.bounced, totals.complained, totals.left) = (bounced, complained, left)
            }
        }
        report.weeks = weeks
    }

    /// The month's days by sevens, with nothing in them.
    private var weeks: [MonthlyReport.Week] {
        let length = month.day(31).day
        return stride(from: 1, through: length, by: 7).map { MonthlyReport.Week(first: $0, last: min($0 + 6, length)) }
    }

    func readAnswers(_ report: inout MonthlyReport, in db: Connection) throws {
        // The two months that follow one another at once.
        for range in [ranges[1].lowerBound..<ranges[0].upperBound, ranges[2]] {
            let until = min(range.upperBound + MonthlyReport.patience, asOf)
            let responses = HouseResponses(since: range.lowerBound, until: until, within: MonthlyReport.patience)
            var counts: [Int: ResponseCount] = [:]
            try responses.read(catalog, in: db) { _, messages in
                for message in messages where message.isSettled && !message.bounced {
                    guard let place = ranges.firstIndex(where: { $0.contains(message.at) }) else { continue }
                    counts[place, default: ResponseCount()].add(message.answered)
                }
            }
            for (place, count) in counts { change(place, &report) { $0.answers = count } }
        }
    }

    // MARK: - Money

    func readRevenue(_ report: inout MonthlyReport, in db: Connection) throws {
        let house = try HouseOrders.read(catalog, placed: ranges, until: asOf, in: db)
        try house.eachTaking(in: report.currency, zone: zone) { taking in
            guard let place = ranges.firstIndex(where: { $0.contains(taking.order.placedAt) }) else { return }
            let net = taking.revenue
            change(place, &report) { totals in
                if let net { totals.revenue = totals.revenue &+ net } else { totals.ordersWithoutAmount += 1 }
            }
        }
    }
}
