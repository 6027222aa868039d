import RapportCore
import RapportStorage

extension ExplorationTally {
    private func slot(_ place: Int?) -> SQL { place.map { "timeline.n\(raw: String($0 + 1))" } ?? "0" }

    /// Piece by piece from the index over kind and time: nothing but sums leaves the database. For a database that groups by
    /// hashing; SQLite sorts, which takes longer than looking at each event here.
    mutating func takeBySQL(_ kind: Kind, _ catalog: Catalog, in db: Connection) throws {
        var place: Int?
        if case .slot(let slot) = plan.grouping { place = slot }
        let group = slot(place)
        let currency = slot(plan.amount?.currency)
        let amount: SQL = plan.amount.map { "COALESCE(SUM(timeline.n\(raw: String($0.slot + 1))), 0)" } ?? "0"
        let filled: SQL = plan.amount.map { " AND timeline.n\(raw: String($0.slot + 1)) IS NOT NULL" } ?? ""
        let join = plan.living
        for index in pieces.indices {
            try db.each(
                """
                SELECT \(group) AS g, \(currency) AS c, COUNT(*), \(amount) FROM timeline\(join)
                WHERE timeline.kind = \(kind.id) AND timeline.occurred_at >= \(edges[index])
                    AND timeline.occurred_at < \(edges[index + 1])\(filled)
                GROUP BY g, c
                """
            ) { row in
                let number = place == nil ? nil : row.integerOrNil(0)
                let key = Key(group: number.map { .number($0) } ?? .none, currency: row.integerOrNil(1) ?? 0)
                add(key, piece: index, count: row.int(2), people: 0, amount: row.integer(3))
            }
        }
        guard let first = edges.first, let last = edges.last else { return }
        if let slot = plan.amount?.slot {
            withoutAmount += Int(
                try db.integer(
                    """
                    SELECT COUNT(*) FROM timeline\(join)
                    WHERE timeline.kind = \(kind.id) AND timeline.occurred_at >= \(first) AND timeline.occurred_at < \(last)
                        AND timeline.n\(raw: String(slot + 1)) IS NULL
                    """) ?? 0)
        }
    }

    /// How many there were, period by period: all of them, less those of people who do not count.
    ///
    /// - Returns: whether it was done; not where so many do not count that looking at each event is quicker.
    mutating func takeCounts(_ kind: Kind, in db: Connection) throws -> Bool {
        let unknown: SQL = question.isAnonymousToo ? "" : " OR anonymous = 1"
        let others = try db.all("SELECT id FROM people WHERE state <> 0\(unknown) ORDER BY id") { $0.integer(0) }
        guard others.count <= Self.fewPeople, let first = edges.first, let last = edges.last else { return false }
        var counts = [Int](repeating: 0, count: pieces.count)
        for index in pieces.indices {
            counts[index] = Int(
                try db.integer(
                    """
                    SELECT COUNT(*) FROM timeline
                    WHERE kind = \(kind.id) AND occurred_at >= \(edges[index]) AND occurred_at < \(edges[index + 1])
                    """) ?? 0)
        }
        if !others.isEmpty {
            try db.each(
                """
                SELECT occurred_at FROM timeline
                WHERE person IN \(list: others) AND kind = \(kind.id) AND occurred_at >= \(first) AND occurred_at < \(last)
                """
            ) { row in if let piece = piece(of: row.integer(0)) { counts[piece] -= 1 } }
        }
        for (index, count) in counts.enumerated() where count > 0 {
            add(Key(group: .none, currency: 0), piece: index, count: count, people: 0, amount: 0)
        }
        return true
    }

    private static let fewPeople = 20_000

    /// Event by event, from the index over kind and time; period by period, so that who was seen in one is told from who is new in it.
    /// Only what is needed is read: each column costs a tenth of a row.
    mutating func takeEach(_ kind: Kind, in db: Connection) throws {
        let living = try LivingPeople(
            of: question.people.map { Array($0) }, anonymousToo: question.isAnonymousToo, in: db)
        let fields = try plan.field.map { try FieldLevels(slot: $0.slot, $0.type, people: living.bound, in: db) }
        let names = fields?.names.map { Group.text($0) } ?? []
        var columns: SQL = "person"
        var next = 1
        func read(_ column: SQL) -> Int {
            columns = "\(columns), \(column)"
            next += 1
            return next - 1
        }
        func read(slot: Int) -> Int { read("n\(raw: String(slot + 1))") }
        var (group, moment) = (0, 0)
        switch plan.grouping {
        case .slot(let slot): group = read(slot: slot)
        case .weekday, .hour: moment = read("occurred_at")
        case .field, .none, .property: break
        }
        let (amount, currency) = (plan.amount.map { read(slot: $0.slot) }, plan.amount?.currency.map { read(slot: $0) })
        var counter = ExplorationCounter(question.measure, people: living.bound, pieces: pieces.count)
        for piece in pieces.indices {
            try db.stream(
                """
                SELECT \(columns) FROM timeline
                WHERE kind = \(kind.id) AND occurred_at >= \(edges[piece]) AND occurred_at < \(edges[piece + 1])
                """
            ) { row in
                let person = row.integer(0)
                guard living.contains(person) else { return }
                var (key, level) = (Key(group: .none, currency: currency.flatMap { row.integerOrNil($0) } ?? 0), 0)
                switch plan.grouping {
                case .slot: if let number = row.integerOrNil(group) { key.group = .number(number) }
                case .field:
                    if let said = fields?[person] { (key.group, level) = (names[said], said) }
                case .weekday, .hour: key.group = .number(time(of: row.integer(moment)))
                case .none, .property: break
                }
                try counter.add(
                    key, level: level, piece: piece, person: person, amount: amount.flatMap { row.integerOrNil($0) })
            }
            counter.end(piece, into: &self)
        }
        counter.end(into: &self)
    }

    /// The day of the week, 1 for Monday, or the hour of the day.
    private func time(of at: Int64) -> Int64 {
        guard plan.grouping == .weekday else { return zone.minute(of: at) / 60 }
        return Int64(CivilDate(daysSince1970: Int(zone.day(of: at))).weekday)
    }

    /// What nobody declared, from the events themselves, in one pass over the log.
    mutating func takeProperties(_ kind: Kind, in db: Connection) throws {
        guard let first = edges.first, let last = edges.last else { return }
        let living = try LivingPeople(anonymousToo: question.isAnonymousToo, in: db)
        let handled = try HandledEvents(in: db)
        let fields = try plan.field.map { try FieldValues.read(slot: $0.slot, $0.type, in: db) } ?? [:]
        var place: Int?
        if case .slot(let slot) = plan.grouping { place = slot }
        var texts: [String: Int64] = [:]
        func column(_ place: Int?) -> SQL { place.map { "n\(raw: String($0 + 1))" } ?? "NULL" }
        let (amountSlot, currencySlot) = (plan.amount?.slot, plan.amount?.currency)
        try db.stream(
            """
            SELECT person, occurred_at, \(column(place)), \(column(amountSlot)), \(column(currencySlot)), properties, partition,
                position
            FROM events WHERE kind = \(kind.id) AND occurred_at >= \(first) AND occurred_at < \(last)
            """
        ) { row in
            let (person, at) = (row.integer(0), row.integer(1))
            guard living.contains(person), question.people?.contains(person) ?? true, let piece = piece(of: at),
                handled.contains(row.int(6), row.integer(7))
            else { return }
            var key = Key(group: .none, currency: currencySlot == nil ? 0 : row.integerOrNil(4) ?? 0)
            var amount = amountSlot == nil ? nil : row.integerOrNil(3)
            switch plan.grouping {
            case .slot: if let number = row.integerOrNil(2) { key.group = .number(number) }
            case .field: if let text = fields[person] { key.group = .text(text) }
            case .weekday, .hour: key.group = .number(time(of: at))
            case .none, .property: break
            }
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
            try add(key, piece: piece, person: person, amount: amount)
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
