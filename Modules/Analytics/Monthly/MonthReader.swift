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
        for (place, range) in ranges.enumerated() {
            let row = try db.first(
                """
                SELECT COUNT(*), SUM(CASE WHEN created_at >= \(range.lowerBound) THEN 1 ELSE 0 END) FROM people
                WHERE state = 0 AND anonymous = 0 AND created_at < \(range.upperBound)
                """
            ) { ($0.int(0), Int($0.integerOrNil(1) ?? 0)) }
            change(place, &report) { ($0.known, $0.new) = row ?? (0, 0) }
        }
        if let placed = kinds["order.placed"]?.id {
            try db.each(
                """
                SELECT firsts.era, COUNT(*) FROM (
                    SELECT \(era("totals.first_at")) AS era FROM totals
                    JOIN people ON people.id = totals.person AND people.state = 0 AND people.anonymous = 0
                    WHERE totals.kind = \(placed)) AS firsts
                GROUP BY firsts.era ORDER BY firsts.era
                """
            ) { row in if row.int(0) < 3 { change(row.int(0), &report) { $0.firstOrders = row.int(1) } } }
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
        let (sent, placed) = (kinds["message.sent"]?.id ?? -1, kinds["order.placed"]?.id ?? -1)
        let (back, spam) = (kinds["message.bounced"]?.id ?? -1, kinds["message.complained"]?.id ?? -1)
        try db.each(
            """
            SELECT happened.era, happened.what, COUNT(*), COUNT(DISTINCT happened.person) FROM (
                SELECT \(era("timeline.occurred_at")) AS era, timeline.person,
                    CASE WHEN timeline.kind = \(sent) THEN 0 WHEN timeline.kind = \(placed) THEN 1
                        WHEN timeline.kind = \(back) THEN 2 WHEN timeline.kind = \(spam) THEN 3 ELSE 4 END AS what
                FROM timeline JOIN people ON people.id = timeline.person AND people.state = 0
                WHERE timeline.kind IN \(list: numbers(Self.leavings.union(Self.others)))
                    AND timeline.occurred_at >= \(ranges[2].lowerBound) AND timeline.occurred_at < \(ranges[0].upperBound)
                ) AS happened
            GROUP BY happened.era, happened.what ORDER BY happened.era, happened.what
            """
        ) { row in
            guard row.int(0) < 3 else { return }
            let (events, people) = (row.int(2), row.int(3))
            change(row.int(0), &report) { totals in
                switch row.int(1) {
                case 0: (totals.sent, totals.written) = (events, people)
                case 1: (totals.orders, totals.buyers) = (events, people)
                case 2: totals.bounced = events
                case 3: totals.complained = people
                default: totals.left = people
                }
            }
        }
    }

    func readWeeks(_ report: inout MonthlyReport, in db: Connection) throws {
        let length = month.day(31).day
        let first = Int64(month.day(1).daysSince1970)
        var weeks = stride(from: 1, through: length, by: 7).map { MonthlyReport.Week(first: $0, last: min($0 + 6, length)) }
        let starts = weeks.map { Timestamp(milliseconds: zone.start(ofDay: first + Int64($0.first) - 1)) }
        let (sent, placed) = (kinds["message.sent"]?.id ?? -1, kinds["order.placed"]?.id ?? -1)
        var week: SQL = "0"
        for (place, start) in starts.enumerated().dropFirst() {
            week = "CASE WHEN timeline.occurred_at >= \(start) THEN \(place) ELSE \(week) END"
        }
        try db.each(
            """
            SELECT happened.kind, happened.week, COUNT(*) FROM (
                SELECT timeline.kind, \(week) AS week FROM timeline
                JOIN people ON people.id = timeline.person AND people.state = 0
                WHERE timeline.kind IN \(list: [sent, placed])
                    AND timeline.occurred_at >= \(ranges[0].lowerBound) AND timeline.occurred_at < \(ranges[0].upperBound)
                ) AS happened
            GROUP BY happened.kind, happened.week ORDER BY happened.kind, happened.week
            """
        ) { row in
            let place = row.int(1)
            guard weeks.indices.contains(place) else { return }
            if row.integer(0) == sent { weeks[place].sent = row.int(2) } else { weeks[place].orders = row.int(2) }
        }
        report.weeks = weeks
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
        let house = try HouseOrders.read(
            catalog, placed: ranges[2].lowerBound..<ranges[0].upperBound, until: asOf, in: db)
        for order in house.orders {
            guard let place = ranges.firstIndex(where: { $0.contains(order.placedAt) }) else { continue }
            let net = house.revenue(of: order, in: report.currency, zone: zone)
            change(place, &report) { totals in
                if let net { totals.revenue = totals.revenue &+ net } else { totals.ordersWithoutAmount += 1 }
            }
        }
    }
}
