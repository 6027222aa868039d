import RapportCore
import RapportStorage

extension ExplorationTally {
    private func joined(_ table: String) -> SQL {
        plan.living.map { " JOIN people ON people.id = \(raw: table).person AND \($0)" } ?? ""
    }

    private func slot(_ place: Int?) -> SQL { place.map { "COALESCE(timeline.n\(raw: String($0 + 1)), -1)" } ?? "0" }

    /// Period by period from the index over kind and time: nothing but sums leaves the database.
    mutating func takeBySQL(_ kind: Kind, _ catalog: Catalog, in db: Connection) throws {
        var place: Int?
        if case .slot(let slot) = plan.grouping { place = slot }
        let group = slot(place)
        let currency = slot(plan.amount?.currency)
        let people: SQL = needsPeople ? "COUNT(DISTINCT timeline.person)" : "0"
        let amount: SQL = plan.amount.map { "COALESCE(SUM(timeline.n\(raw: String($0.slot + 1))), 0)" } ?? "0"
        let filled: SQL = plan.amount.map { " AND timeline.n\(raw: String($0.slot + 1)) IS NOT NULL" } ?? ""
        let join = joined("timeline")
        func ask(_ from: Int64, _ to: Int64, _ body: (Row, Key) -> Void) throws {
            try db.each(
                """
                SELECT \(group) AS g, \(currency) AS c, COUNT(*), \(people), \(amount) FROM timeline\(join)
                WHERE timeline.kind = \(kind.id) AND timeline.occurred_at >= \(from) AND timeline.occurred_at < \(to)\(filled)
                GROUP BY g, c
                """
            ) { row in
                let number = row.integer(0)
                body(row, Key(group: place == nil || number == -1 ? .none : .number(number), currency: max(0, row.integer(1))))
            }
        }
        for index in periods.indices {
            try ask(edges[index], edges[index + 1]) { row, key in
                add(key, period: index, count: row.int(2), people: row.int(3), amount: row.integer(4))
            }
        }
        guard needsPeople, let first = edges.first, let last = edges.last else { return }
        try ask(first, last) { row, key in setTotal(key, people: row.int(3)) }
        guard place != nil else { return }
        // One person may be in several groups, so that all is not their sum.
        func different(_ from: Int64, _ to: Int64) throws -> Int {
            Int(
                try db.integer(
                    """
                    SELECT COUNT(DISTINCT timeline.person) FROM timeline\(join)
                    WHERE timeline.kind = \(kind.id) AND timeline.occurred_at >= \(from) AND timeline.occurred_at < \(to)
                    """) ?? 0)
        }
        overall = (try periods.indices.map { try different(edges[$0], edges[$0 + 1]) }, try different(first, last))
    }

    /// Event by event.
    mutating func takeEach(_ kind: Kind, _ catalog: Catalog, in db: Connection) throws {
        guard let first = edges.first, let last = edges.last else { return }
        let fields = try plan.field.map { try FieldValues.read(slot: $0.slot, $0.type, in: db) } ?? [:]
        var place: Int?
        if case .slot(let slot) = plan.grouping { place = slot }
        var texts: [String: Int64] = [:]
        let readsProperties = plan.readsProperties
        let source: SQL = readsProperties ? "events" : "timeline"
        func column(_ place: Int?) -> SQL { place.map { "\(source).n\(raw: String($0 + 1))" } ?? "NULL" }
        let properties: SQL = readsProperties ? ", events.properties" : ""
        let join = joined(readsProperties ? "events" : "timeline")
        let known: SQL = readsProperties ? " AND events.person <> 0" : ""
        let (isSlot, amountSlot, currencySlot) = (place, plan.amount?.slot, plan.amount?.currency)
        try db.stream(
            """
            SELECT \(source).person, \(source).occurred_at, \(column(isSlot)), \(column(amountSlot)), \(column(currencySlot))\(properties)
            FROM \(source)\(join)
            WHERE \(source).kind = \(kind.id) AND \(source).occurred_at >= \(first) AND \(source).occurred_at < \(last)\(known)
            """
        ) { row in
            let (person, at) = (row.integer(0), row.integer(1))
            if let people = question.people, !people.contains(person) { return }
            guard let period = period(of: at) else { return }
            var key = Key(group: .none, currency: currencySlot == nil ? 0 : row.integerOrNil(4) ?? 0)
            var amount = amountSlot == nil ? nil : row.integerOrNil(3)
            switch plan.grouping {
            case .none: break
            case .slot: if let number = row.integerOrNil(2) { key.group = .number(number) }
            case .field: if let text = fields[person] { key.group = .text(text) }
            case .weekday: key.group = .number(Int64(CivilDate(daysSince1970: Int(zone.day(of: at))).weekday))
            case .hour: key.group = .number((at - zone.start(ofDay: zone.day(of: at))).flooredDivision(by: 3_600_000))
            case .property: break
            }
            if readsProperties {
                let said = try JSONValue(parsing: row.text(5))
                if case .property(let name) = plan.grouping {
                    if let text = Self.text(of: said[name]) { key.group = .text(text) } else { note(said) }
                }
                if let name = plan.amountProperty {
                    amount = Self.amount(of: said[name], said)
                    if amount == nil { note(said) }
                    if let code = said["currency"]?.string?.lowercased(), amount != nil {
                        if texts[code] == nil {
                            texts[code] = try db.integer("SELECT id FROM symbols WHERE value = \(Text.folded(code))") ?? 0
                        }
                        key.currency = texts[code] ?? 0
                    }
                }
            }
            try add(key, period: period, person: person, amount: amount)
        }
    }

    private mutating func note(_ said: JSONValue) {
        guard propertiesSeen.count < 100 else { return }
        for member in said.object ?? [] { propertiesSeen.insert(member.name) }
    }

    private static func text(of value: JSONValue?) -> String? {
        switch value {
        case nil, .null, .array, .object: nil
        case .string(let text): text.isEmpty ? nil : text
        case .integer(let number): String(number)
        case .decimal(let literal): literal
        case .bool(let flag): flag ? "true" : "false"
        }
    }

    /// In minor units of the event's currency; with two decimals where it names none.
    private static func amount(of value: JSONValue?, _ said: JSONValue) -> Int64? {
        let scale = Currency.exponent(of: said["currency"]?.string)
        return switch value {
        case .integer(let number): ScaledInteger.parse(String(number), scale: scale)
        case .decimal(let text), .string(let text): ScaledInteger.parse(text, scale: scale)
        default: nil
        }
    }
}
