import RapportCore
import RapportStorage

extension PopulationQuery {
    /// A statement that selects `person` and a value `v` for those who have one.
    struct Relation {
        var sql: SQL
        /// Whoever is not in it has the value 0.
        var missingIsZero = false
    }

    func relation(_ quantity: SegmentQuantity) -> Relation? {
        switch quantity {
        case .count(let events):
            events.isWhole ? totals(events, "count", missingIsZero: true) : grouped(events, "COUNT(*)", missingIsZero: true)
        case .sum(let events, let slot):
            events.isWhole
                ? totals(events, "sum\(slot + 1)", missingIsZero: true)
                : grouped(events, "COALESCE(SUM(n\(slot + 1)), 0)", missingIsZero: true)
        case .first(let events): events.isWhole ? totals(events, "first_at") : grouped(events, "MIN(occurred_at)")
        case .last(let events): events.isWhole ? totals(events, "last_at") : grouped(events, "MAX(occurred_at)")
        case .distinct(let events, let slot): grouped(events, "COUNT(DISTINCT n\(slot + 1))", missingIsZero: true)
        case .typicalGap(let events): gaps(events)
        case .times(let factor, let inner):
            relation(inner).map {
                Relation(sql: "SELECT t.person, \(factor) * t.v AS v FROM (\($0.sql)) t", missingIsZero: $0.missingIsZero)
            }
        case .ago(let span):
            relation(span).flatMap {
                $0.missingIsZero ? nil : Relation(sql: "SELECT t.person, \(now) - t.v AS v FROM (\($0.sql)) t")
            }
        case .literal, .field, .today, .monthsAgo, .start: nil
        }
    }

    private func totals(_ events: SegmentEvents, _ column: String, missingIsZero: Bool = false) -> Relation {
        Relation(
            sql: "SELECT person, \(raw: column) AS v FROM totals WHERE kind = \(events.kind)", missingIsZero: missingIsZero)
    }

    private func grouped(_ events: SegmentEvents, _ aggregate: String, missingIsZero: Bool = false) -> Relation? {
        chosen(events).map {
            Relation(
                sql: "SELECT person, \(raw: aggregate) AS v FROM timeline WHERE \($0) GROUP BY person",
                missingIsZero: missingIsZero)
        }
    }

    /// The median gap: of the gaps in order the one or two in the middle, whose mean is theirs, rounded down.
    private func gaps(_ events: SegmentEvents) -> Relation? {
        chosen(events).map { chosen in
            Relation(
                sql: """
                    SELECT person, ((MIN(gap) + MAX(gap)) >> 1) AS v FROM (\
                    SELECT person, gap, \
                    ROW_NUMBER() OVER (PARTITION BY person ORDER BY gap, occurred_at, partition, position) AS place, \
                    COUNT(*) OVER (PARTITION BY person) AS gaps FROM (\
                    SELECT person, occurred_at, partition, position, occurred_at - LAG(occurred_at) OVER \
                    (PARTITION BY person ORDER BY occurred_at, partition, position) AS gap \
                    FROM timeline WHERE \(chosen)) pairs WHERE gap IS NOT NULL) ranked \
                    WHERE place = ((gaps + 1) >> 1) OR place = ((gaps >> 1) + 1) GROUP BY person
                    """)
        }
    }

    /// The rows of the timeline that the events are; `nil` where that depends on the person's zone.
    private func chosen(_ events: SegmentEvents) -> SQL? {
        var sql: SQL = "kind = \(events.kind)"
        if let window = events.window {
            guard let lower = lower(window) else { return nil }
            sql = "\(sql) AND occurred_at >= \(lower) AND occurred_at <= \(now)"
        }
        if let filter = events.filter { sql = "\(sql) AND \(predicate(filter))" }
        return sql
    }

    /// The first moment in a window; `nil` where that depends on the person's zone.
    func lower(_ window: SegmentWindow?) -> Int64? {
        guard let window, let first = window.firstMoment(at: now, in: house) else { return nil }
        if case .last = window { return first }
        return mixedZones ? nil : first
    }

    private func predicate(_ filter: SegmentFilter) -> SQL {
        func joined(_ parts: [SegmentFilter], _ word: String) -> SQL {
            let sql = parts.dropFirst().reduce(parts.first.map(predicate) ?? "1 = 1") { "\($0)\(raw: word)\(predicate($1))" }
            return "(\(sql))"
        }
        switch filter {
        case .all(let parts): return joined(parts, " AND ")
        case .any(let parts): return joined(parts, " OR ")
        case .not(let inner): return "NOT (\(predicate(inner)))"
        case .compare(let slot, let comparison, let value):
            let column: SQL = "n\(raw: String(slot + 1))"
            return "(\(column) IS NOT NULL AND \(column) \(raw: comparison.rawValue) \(value))"
        case .among(let slot, let items):
            let column: SQL = "n\(raw: String(slot + 1))"
            return "(\(column) IS NOT NULL AND \(column) IN \(list: items))"
        case .present(let slot): return "n\(raw: String(slot + 1)) IS NOT NULL"
        }
    }
}
