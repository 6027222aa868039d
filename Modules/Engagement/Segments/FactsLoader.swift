import RapportCore
import RapportStorage

/// Reads what expressions need of many people at once: a query per kind of fact, none per person.
struct FactsLoader {
    let schema: SegmentSchema
    let permits: (any SegmentPermits)?

    /// - Parameters:
    ///   - people: whom; everyone gets facts, be they empty.
    ///   - earliest: the earliest moment, in milliseconds, at which they will be judged.
    func load(_ people: [PersonID], for needs: SegmentNeeds, from earliest: Int64, in db: Connection) throws -> [PersonID:
        PersonFacts]
    {
        var facts = Dictionary(people.map { ($0, PersonFacts()) }) { first, _ in first }
        guard !people.isEmpty else { return facts }
        try loadFields(people, needs, into: &facts, db)
        // The totals tell who has no event of a kind, or none so late, and that is most people.
        let starts = needs.kinds.filter { $0.value.reach != 0 }.mapValues { need in need.reach.map { earliest - $0 + 1 } ?? .min }
        let having = try loadTotals(people, needs.kinds.keys.sorted(), since: starts, into: &facts, db)
        for (kind, start) in starts.sorted(by: { $0.key < $1.key }) {
            if let people = having[kind] { try loadEvents(people, kind, from: start, into: &facts, db) }
        }
        if needs.identifiers {
            try db.each("SELECT person, kind FROM identifiers WHERE person IN \(list: people) GROUP BY person, kind") { row in
                facts[row.integer(0)]?.identifierKinds.insert(row.integer(1))
            }
        }
        try loadAges(people, needs, into: &facts, db)
        if !needs.segments.isEmpty {
            try db.each(
                """
                SELECT person, segment FROM membership
                 WHERE person IN \(list: people) AND segment IN \(list: needs.segments.sorted())
                """
            ) { facts[$0.integer(0)]?.segments.insert($0.integer(1)) }
        }
        if needs.stage {
            try db.each("SELECT person, stage, since FROM lifecycle_now WHERE person IN \(list: people) AND stage <> 0") { row in
                facts[row.integer(0)]?.stage = row.integer(1)
                facts[row.integer(0)]?.stageSince = row.integer(2)
            }
        }
        if !needs.permits.isEmpty, let permits {
            for (person, held) in try permits.permits(of: people, among: needs.permits, in: db) { facts[person]?.permits = held }
        }
        return facts
    }

    private func loadFields(
        _ people: [PersonID], _ needs: SegmentNeeds, into facts: inout [PersonID: PersonFacts], _ db: Connection
    ) throws {
        var slots = needs.fields
        let zone = needs.zone ? schema.zoneField : nil
        if let zone { slots.insert(zone) }
        guard !slots.isEmpty else { return }
        let ordered = slots.sorted()
        let texts = Set(schema.fields.values.filter { $0.type == .text }.map(\.slot))
        let columns = ordered.map { "f\($0)" }.joined(separator: ", ")
        var zones: [String: TimeZoneRules?] = [:]
        try db.each("SELECT person, \(raw: columns) FROM golden WHERE person IN \(list: people)") { row in
            let person = row.integer(0)
            for (index, slot) in ordered.enumerated() where !row.isNull(index + 1) {
                if texts.contains(slot) {
                    let text = row.text(index + 1)
                    facts[person]?.fields[slot] = .text(text)
                    guard slot == zone else { continue }
                    let rules = zones[text] ?? TimeZoneRules(text)
                    zones[text] = rules
                    facts[person]?.zone = rules
                } else {
                    facts[person]?.fields[slot] = .number(row.integer(index + 1))
                }
            }
        }
    }

    private func loadAges(
        _ people: [PersonID], _ needs: SegmentNeeds, into facts: inout [PersonID: PersonFacts], _ db: Connection
    ) throws {
        guard !needs.ages.isEmpty else { return }
        var (slots, kinds): (Set<Int>, Set<Int64>) = ([], [])
        for subject in needs.ages {
            switch subject {
            case .field(let slot): slots.insert(slot)
            case .identifier(let kind): kinds.insert(kind)
            }
        }
        for (person, since) in try People.since(of: people, slots: slots, in: db) {
            for (slot, at) in since { facts[person]?.since[.field(slot: slot)] = at.milliseconds }
        }
        for (person, since) in try People.since(of: people, kinds: kinds, in: db) {
            for (kind, at) in since { facts[person]?.since[.identifier(kind: kind)] = at.milliseconds }
        }
    }

    private func loadEvents(
        _ people: [PersonID], _ kind: Int64, from start: Int64, into facts: inout [PersonID: PersonFacts], _ db: Connection
    ) throws {
        var (person, events): (PersonID, [PersonFacts.Event]) = (0, [])
        try db.each(
            """
            SELECT person, occurred_at, n1, n2, n3, n4 FROM timeline
             WHERE person IN \(list: people) AND kind = \(kind) AND occurred_at >= \(start)
             ORDER BY person, occurred_at, partition, position
            """
        ) { row in
            let next = row.integer(0)
            if next != person {
                if !events.isEmpty { facts[person]?.events[kind] = events }
                (person, events) = (next, [])
            }
            events.append(
                .init(
                    at: row.integer(1), row.integerOrNil(2), row.integerOrNil(3), row.integerOrNil(4), row.integerOrNil(5)))
        }
        if !events.isEmpty { facts[person]?.events[kind] = events }
    }

    /// - Returns: who has events of each kind since it starts to matter.
    private func loadTotals(
        _ people: [PersonID], _ kinds: [Int64], since starts: [Int64: Int64], into facts: inout [PersonID: PersonFacts],
        _ db: Connection
    ) throws -> [Int64: [PersonID]] {
        var having: [Int64: [PersonID]] = [:]
        guard !kinds.isEmpty else { return having }
        try db.each(
            """
            SELECT person, kind, first_at, last_at, count, sum1, sum2, sum3, sum4 FROM totals
             WHERE person IN \(list: people) AND kind IN \(list: kinds)
            """
        ) { row in
            if let start = starts[row.integer(1)], row.integer(3) >= start {
                having[row.integer(1), default: []].append(row.integer(0))
            }
            facts[row.integer(0)]?.totals[row.integer(1)] = .init(
                first: row.integer(2), last: row.integer(3), count: row.integer(4), sums: (5...8).map(row.integer))
        }
        return having
    }
}
