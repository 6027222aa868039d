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
        case .stage: Relation(sql: "SELECT person, stage AS v FROM lifecycle_now WHERE stage <> 0")
        case .stageSince: Relation(sql: "SELECT person, since AS v FROM lifecycle_now WHERE stage <> 0")
        case .literal, .field, .today, .monthsAgo, .start, .age, .confidence: nil
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
        guard let rows = rows(of: events.kind, in: events.window) else { return nil }
        return events.filter.map { "\(rows) AND \($0.sql())" } ?? rows
    }

    /// Windows longer than this are read in the order of people, shorter ones by time: measured where the two cross.
    private static let longWindow: Int64 = 200 * 86_400_000

    private func rows(of kind: Int64, in window: SegmentWindow?) -> SQL? {
        // The plus keeps the database from the index by time, whose rows would then have to be sorted by person.
        guard let window else { return "+kind = \(kind)" }
        guard let lower = lower(window) else { return nil }
        let column: SQL = now - lower > Self.longWindow ? "+kind" : "kind"
        return "\(column) = \(kind) AND occurred_at >= \(lower) AND occurred_at <= \(now)"
    }

    // MARK: Figures of the same events

    /// Conditions on counts and sums over the same kind and window, read in one pass: `count(…) >= 3 and sum(…) > EUR 50`.
    struct Together {
        var kind: Int64
        var window: SegmentWindow?
        /// Conditions on the group of a person's events.
        var having: [SQL]
        /// Whether somebody without events fails at least one of them, and so is not missed.
        var failsForNobody: Bool
    }

    /// Reads a comparison as a condition on a group, if it is one of a count or sum with a fixed number.
    func together(_ condition: SegmentCondition) -> Together? {
        guard case .compare(let quantity, let comparison, .literal(.number(let number))) = condition else { return nil }
        let aggregate: SQL
        let events: SegmentEvents
        switch quantity {
        case .count(let counted):
            events = counted
            aggregate = counted.filter.map { "COUNT(CASE WHEN \($0.sql()) THEN 1 END)" } ?? "COUNT(*)"
        case .sum(let added, let slot):
            events = added
            let column: SQL = "n\(raw: String(slot + 1))"
            aggregate =
                added.filter.map { "COALESCE(SUM(CASE WHEN \($0.sql()) THEN \(column) END), 0)" }
                ?? "COALESCE(SUM(\(column)), 0)"
        default: return nil
        }
        guard events.window != nil, rows(of: events.kind, in: events.window) != nil else { return nil }
        return Together(
            kind: events.kind, window: events.window, having: ["\(aggregate) \(raw: comparison.rawValue) \(number)"],
            failsForNobody: !comparison.holds(0, number))
    }

    /// The predicate over `p` for two or more conditions read together.
    func sql(_ together: Together) -> SQL? {
        guard together.failsForNobody, together.having.count > 1, let rows = rows(of: together.kind, in: together.window) else {
            return nil
        }
        let having = together.having.dropFirst().reduce(together.having[0]) { "\($0) AND \($1)" }
        return "p.id IN (SELECT person FROM timeline WHERE \(rows) GROUP BY person HAVING \(having))"
    }

    /// The predicate over `p` that looks at the events of each person, for a window that is long.
    func each(_ together: Together) -> SQL? {
        guard let lower = lower(together.window), now - lower > Self.shortWindow else { return nil }
        let having = together.having.dropFirst().reduce(together.having[0]) { "\($0) AND \($1)" }
        return """
            (SELECT \(having) FROM timeline WHERE person = p.id AND kind = \(together.kind) \
            AND occurred_at >= \(lower) AND occurred_at <= \(now))
            """
    }

    /// Windows up to this hold the events of few.
    static let shortWindow: Int64 = 45 * 86_400_000

    /// Whether a condition holds for nobody without an event in a short window.
    func isNarrow(_ condition: SegmentCondition) -> Bool {
        guard case .compare(let quantity, let comparison, let right) = condition else { return false }
        switch (quantity, right) {
        case (.last(let events), .ago(.literal(.number(let span)))):
            return events.isWhole && comparison == .greater && span <= Self.shortWindow
        case (.count(let events), .literal(.number(let number))), (.sum(let events, _), .literal(.number(let number))):
            guard let lower = lower(events.window) else { return false }
            return now - lower <= Self.shortWindow && !comparison.holds(0, number)
        default: return false
        }
    }

    /// Who was seen after a moment that is not long ago: the events since then tell sooner than everybody's totals.
    func recent(_ quantity: SegmentQuantity, _ comparison: SegmentComparison, _ moment: Int64) -> Predicate? {
        guard case .last(let events) = quantity, events.isWhole, comparison == .greater, now - moment <= Self.shortWindow else {
            return nil
        }
        return Predicate(
            sql: "p.id IN (SELECT person FROM timeline WHERE kind = \(events.kind) AND occurred_at > \(moment))", exact: true)
    }

    /// The first moment in a window; `nil` where that depends on the person's zone.
    func lower(_ window: SegmentWindow?) -> Int64? {
        guard let window, let first = window.firstMoment(at: now, in: house) else { return nil }
        if case .last = window { return first }
        return mixedZones ? nil : first
    }
}
