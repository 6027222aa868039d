import RapportCore
import RapportStorage

/// The SQL that finds the people of a segment: one statement for both databases.
///
/// Each part of the condition becomes a predicate over a person `p` with golden values `g` that is either exact or known to
/// err to one side: too many people (`over`) or too few (`under`, for what stands below a `not`). Where the whole is not
/// exact it finds too many, and whoever runs it judges them in memory.
struct PopulationQuery {
    /// To which side a predicate may err.
    private enum Side { case over, under }

    struct Predicate {
        var sql: SQL
        var exact: Bool
    }

    let condition: SegmentCondition
    let now: Int64
    let house: TimeZoneRules
    /// Whether people have zones of their own; if none has, calendar words are exact in SQL.
    let mixedZones: Bool
    let permits: (any SegmentPermits)?
    /// Whether a look at one person's events is cheap, as it is within the process: then the few whom a short window finds are
    /// looked at one by one for what a long window asks, and nobody else. (PostgreSQL would look at everybody.)
    let looksAtEach: Bool
    /// Whom the segment must not have, whatever it says.
    var leftOut: [PersonID] = []

    /// The people, `id` in order, and whether they are exactly those of the segment.
    func people(selecting columns: SQL = "p.id", ordered: Bool = true) -> (sql: SQL, exact: Bool) {
        let predicate = predicate(condition, .over)
        let golden: SQL = SegmentNeeds(condition).fields.isEmpty ? "" : " LEFT JOIN golden g ON g.person = p.id"
        let others: SQL = leftOut.isEmpty ? "" : " AND NOT p.id IN \(list: leftOut)"
        let order: SQL = ordered ? " ORDER BY p.id" : ""
        return (
            """
            SELECT \(columns) FROM people p\(golden) \
            WHERE p.state = 0 AND p.anonymous = 0\(others) AND (\(predicate.sql))\(order)
            """, predicate.exact
        )
    }

    // MARK: Predicates

    private func predicate(_ condition: SegmentCondition, _ side: Side) -> Predicate {
        switch condition {
        case .all(let parts): return all(parts, side)
        case .any(let parts): return joined(parts.map { predicate($0, side) }, " OR ")
        case .not(let inner):
            let inner = predicate(inner, side == .over ? .under : .over)
            return Predicate(sql: "NOT (\(inner.sql))", exact: inner.exact)
        case .compare(let left, let comparison, let right): return compare(left, comparison, right, side)
        case .among(let quantity, let items): return among(quantity, items, side)
        case .begins(let field, let prefix):
            let column: SQL = "g.f\(raw: String(field))"
            var sql: SQL = "\(column) IS NOT NULL AND \(column) >= \(prefix)"
            if let end = prefix.endOfPrefix { sql = "\(sql) AND \(column) < \(end)" }
            return Predicate(sql: "(\(sql))", exact: true)
        case .present(.field(let slot)): return Predicate(sql: "g.f\(raw: String(slot)) IS NOT NULL", exact: true)
        case .present(.age(let subject)), .present(.confidence(let subject, _)): return known(subject)
        case .present(let quantity):
            guard let relation = relation(quantity) else { return unknown(side) }
            return relation.missingIsZero
                ? always : Predicate(sql: "p.id IN (SELECT q.person FROM (\(relation.sql)) q)", exact: true)
        case .identified(let kind):
            return Predicate(sql: "p.id IN (SELECT person FROM identifiers WHERE kind = \(kind))", exact: true)
        case .member(let segment):
            return Predicate(sql: "p.id IN (SELECT person FROM membership WHERE segment = \(segment))", exact: true)
        case .permitted(let permit):
            guard side == .over, let permits else { return unknown(side) }
            return Predicate(sql: "p.id IN (\(permits.population(of: permit)))", exact: false)
        case .birthday(let field, _):
            return side == .over ? Predicate(sql: "g.f\(raw: String(field)) IS NOT NULL", exact: false) : unknown(side)
        }
    }

    private func all(_ parts: [SegmentCondition], _ side: Side) -> Predicate {
        var groups: [Together] = []
        var members: [[Int]] = []
        for (index, part) in parts.enumerated() {
            guard let one = together(part) else { continue }
            if let known = groups.firstIndex(where: { $0.kind == one.kind && $0.window == one.window }) {
                groups[known].having += one.having
                groups[known].failsForNobody = groups[known].failsForNobody || one.failsForNobody
                members[known].append(index)
            } else {
                groups.append(one)
                members.append([index])
            }
        }
        var rest = Set(parts.indices)
        var predicates: [Predicate] = []
        let isNarrow = looksAtEach && parts.contains(where: isNarrow)
        for (group, indices) in zip(groups, members) {
            guard let sql = (isNarrow ? each(group) : nil) ?? sql(group) else { continue }
            predicates.append(Predicate(sql: sql, exact: true))
            rest.subtract(indices)
        }
        // What looks at each person stands behind what leaves few of them.
        return joined(rest.sorted().map { predicate(parts[$0], side) } + predicates, " AND ")
    }

    private func joined(_ parts: [Predicate], _ word: String) -> Predicate {
        let sql = parts.dropFirst().reduce(parts.first?.sql ?? "1 = 1") { "\($0)\(raw: word)\($1.sql)" }
        return Predicate(sql: "(\(sql))", exact: parts.allSatisfy(\.exact))
    }

    private var always: Predicate { Predicate(sql: "1 = 1", exact: true) }

    /// What SQL cannot say: everybody where it may err to too many, nobody where to too few.
    private func unknown(_ side: Side) -> Predicate { Predicate(sql: side == .over ? "1 = 1" : "1 = 0", exact: false) }

    /// Who has a value that ages. How old it is stands in provenance, which SQL cannot read.
    private func known(_ subject: SegmentSubject) -> Predicate {
        switch subject {
        case .field(let slot): Predicate(sql: "g.f\(raw: String(slot)) IS NOT NULL", exact: true)
        case .identifier(let kind):
            Predicate(sql: "p.id IN (SELECT person FROM identifiers WHERE kind = \(kind))", exact: true)
        }
    }

    private func compare(
        _ left: SegmentQuantity, _ comparison: SegmentComparison, _ right: SegmentQuantity, _ side: Side
    ) -> Predicate {
        let operation: SQL = "\(raw: comparison.rawValue)"
        if let subject = left.aging ?? right.aging {
            return side == .over ? Predicate(sql: known(subject).sql, exact: false) : unknown(side)
        }
        if let value = fixed(right) {
            if case .field(let slot) = left {
                let column: SQL = "g.f\(raw: String(slot))"
                return Predicate(sql: "(\(column) IS NOT NULL AND \(column) \(operation) \(value))", exact: true)
            }
            guard case .integer(let number) = value, let relation = relation(left) else { return unknown(side) }
            if let quick = lastSeen(left, comparison, number) ?? recent(left, comparison, number) { return quick }
            let zero = relation.missingIsZero && comparison.holds(0, number)
            let holds: SQL = "q.v \(operation) \(number)"
            return zero
                ? Predicate(sql: "NOT p.id IN (SELECT q.person FROM (\(relation.sql)) q WHERE NOT (\(holds)))", exact: true)
                : Predicate(sql: "p.id IN (SELECT q.person FROM (\(relation.sql)) q WHERE \(holds))", exact: true)
        }
        guard let one = relation(left), let two = relation(right), !one.missingIsZero, !two.missingIsZero else {
            return unknown(side)
        }
        return Predicate(
            sql: """
                p.id IN (SELECT a.person FROM (\(one.sql)) a JOIN (\(two.sql)) b ON b.person = a.person \
                WHERE a.v \(operation) b.v)
                """, exact: true)
    }

    /// Whether somebody did something at all in the last N days: totals know, and of few days the events themselves sooner.
    private func lastSeen(_ quantity: SegmentQuantity, _ comparison: SegmentComparison, _ number: Int64) -> Predicate? {
        guard case .count(let events) = quantity, events.filter == nil, case .last? = events.window,
            let lower = lower(events.window)
        else { return nil }
        let seen: SQL =
            now - lower <= Self.shortWindow
            ? "p.id IN (SELECT person FROM timeline WHERE kind = \(events.kind) AND occurred_at >= \(lower) AND occurred_at <= \(now))"
            : "p.id IN (SELECT person FROM totals WHERE kind = \(events.kind) AND last_at >= \(lower))"
        switch (comparison, number) {
        case (.greaterOrEqual, 1), (.greater, 0), (.unequal, 0): return Predicate(sql: seen, exact: true)
        case (.equal, 0), (.less, 1), (.lessOrEqual, 0): return Predicate(sql: "NOT \(seen)", exact: true)
        default: return nil
        }
    }

    private func among(_ quantity: SegmentQuantity, _ items: [SegmentScalar], _ side: Side) -> Predicate {
        let numbers = items.compactMap(\.number)
        let texts = items.compactMap { if case .text(let text) = $0 { text } else { nil } }
        if case .field(let slot) = quantity {
            let column: SQL = "g.f\(raw: String(slot))"
            let list: SQL = texts.isEmpty ? "\(list: numbers)" : "\(list: texts)"
            return Predicate(sql: "(\(column) IS NOT NULL AND \(column) IN \(list))", exact: true)
        }
        guard let relation = relation(quantity) else { return unknown(side) }
        return relation.missingIsZero && numbers.contains(0)
            ? Predicate(
                sql: "NOT p.id IN (SELECT q.person FROM (\(relation.sql)) q WHERE NOT q.v IN \(list: numbers))", exact: true)
            : Predicate(sql: "p.id IN (SELECT q.person FROM (\(relation.sql)) q WHERE q.v IN \(list: numbers))", exact: true)
    }

    /// A value that is the same for everybody.
    private func fixed(_ quantity: SegmentQuantity) -> SQLValue? {
        switch quantity {
        case .literal(.number(let number)): .integer(number)
        case .literal(.text(let text)): .text(text)
        case .ago(.literal(.number(let span))): .integer(now - span)
        case .today where !mixedZones: .integer(house.day(of: now))
        case .monthsAgo(let months) where !mixedZones: .integer(house.day(of: now, monthsEarlier: months))
        case .start(let day) where !mixedZones: .integer(house.start(ofDay: day))
        default: nil
        }
    }
}

extension String {
    /// The least text that is greater than every text with this prefix, in the order of bytes; `nil` if there is none.
    var endOfPrefix: String? {
        var scalars = Array(unicodeScalars)
        while let last = scalars.popLast() {
            let next = last.value == 0xD7FF ? 0xE000 : last.value + 1
            guard let scalar = Unicode.Scalar(next) else { continue }
            var out = String.UnicodeScalarView(scalars)
            out.append(scalar)
            return String(out)
        }
        return nil
    }
}
