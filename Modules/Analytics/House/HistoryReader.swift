import RapportCore
import RapportStorage

/// Reads people's histories slice by slice, each in a short read of its own.
struct HistoryReader: Sendable {
    let plan: SnapshotPlan
    let database: any Database

    private static let slice = 10_000

    /// How many people there are to ask about.
    func count() async throws -> Int {
        try await database.read { db in
            Int(try db.integer("SELECT COUNT(*) FROM people WHERE state = 0 AND anonymous = 0") ?? 0)
        }
    }

    /// How many of them are not asked about because they may not be profiled.
    func leftOut() async throws -> Int { try await database.read { try HousePopulation.profiled.leftOut(in: $0).count } }

    /// Hands over what `body` makes of each slice of people who may be profiled.
    ///
    /// - Parameters:
    ///   - wanted: who is looked at.
    ///   - each: called on the database's thread for each person with a history.
    func read<Part: Sendable>(
        where wanted: @escaping @Sendable (PersonID) -> Bool = { _ in true },
        _ make: @escaping @Sendable () -> Part,
        each: @escaping @Sendable (PersonID, borrowing PersonHistory, inout Part) -> Void,
        take: (Part, _ people: Int) async throws -> Void
    ) async throws {
        let slice = { @Sendable (after: PersonID) in
            try await readSlice(after: after, where: wanted, make, each: each)
        }
        var current = try await slice(0)
        while let last = current.last {
            try Task.checkCancellation()
            // The next slice is read while this one is worked on.
            async let next = slice(last)
            try await take(current.part, current.people)
            current = try await next
        }
    }

    private func readSlice<Part: Sendable>(
        after: PersonID, where wanted: @escaping @Sendable (PersonID) -> Bool, _ make: @escaping @Sendable () -> Part,
        each: @escaping @Sendable (PersonID, borrowing PersonHistory, inout Part) -> Void
    ) async throws -> (part: Part, people: Int, last: PersonID?) {
        try await database.read { db in
            let people = try db.all(
                """
                SELECT id FROM people WHERE id > \(after) AND state = 0 AND anonymous = 0
                ORDER BY id LIMIT \(Self.slice)
                """
            ) { $0.integer(0) }
            var part = make()
            let unprofiled = try Unprofiled.read(of: people, in: db).all
            let chosen = people.filter { !unprofiled.contains($0) && wanted($0) }
            if !chosen.isEmpty { try Self.read(chosen, plan, in: db) { each($0, $1, &part) } }
            return (part, people.count, people.last)
        }
    }

    private static func read(
        _ people: [PersonID], _ plan: SnapshotPlan, in db: Connection,
        _ body: (PersonID, borrowing PersonHistory) -> Void
    ) throws {
        let said = try fields(of: people, plan, in: db)
        var next = 0
        var history = PersonHistory(plan)
        var person: PersonID = 0
        func finish() {
            guard person != 0 else { return }
            while next < said.count, said[next].person <= person {
                if said[next].person == person { history.said(said[next].field, said[next].text, at: said[next].at) }
                next += 1
            }
            body(person, history)
            history.clear()
        }
        try db.each(
            """
            SELECT person, kind, occurred_at, n1, n2, n3, n4 FROM timeline
            WHERE person IN \(list: people) AND kind IN \(list: plan.places.keys.sorted())
            ORDER BY person, kind, occurred_at, partition, position
            """
        ) { row in
            if row.integer(0) != person {
                finish()
                person = row.integer(0)
            }
            guard let place = plan.places[row.integer(1)] else { return }
            var amount = Double.nan
            if let money = plan.kinds[place].amount, let minor = row.integerOrNil(3 + money.slot),
                money.currencySlot.map({ row.integerOrNil(3 + $0) == money.currency }) ?? true
            {
                amount = Double(minor)
                for _ in 0..<Currency.exponent(of: money.code) { amount /= 10 }
            }
            history.happened(place, at: row.integer(2), amount: amount)
        }
        finish()
    }

    private struct Said {
        let person: PersonID
        let field: Int
        let at: Int64
        let text: String?
    }

    /// What was said of the fields, by person and in the order of time; never what an analysis has written.
    private static func fields(of people: [PersonID], _ plan: SnapshotPlan, in db: Connection) throws -> [Said] {
        guard let kind = plan.identified, !plan.fields.isEmpty else { return [] }
        let places = Dictionary(uniqueKeysWithValues: plan.fields.enumerated().map { ($1.name, $0) })
        var said: [Said] = []
        try db.each(
            """
            SELECT timeline.person, timeline.occurred_at, events.properties FROM timeline
            JOIN events ON events.partition = timeline.partition AND events.position = timeline.position
            JOIN sources ON sources.id = events.source
            WHERE timeline.person IN \(list: people) AND timeline.kind = \(kind) AND sources.name <> 'rapport'
            ORDER BY timeline.person, timeline.kind, timeline.occurred_at, timeline.partition, timeline.position
            """
        ) { row in
            let (person, at) = (row.integer(0), row.integer(1))
            try row.withText(2) { text in
                var fields: JSONPiece?
                var values: [(field: Int, value: JSONPiece)] = []
                let isRead = JSONPiece(text)?.eachMember { name, value in if name.spells("fields") { fields = value } } ?? false
                let areRead =
                    isRead
                    && fields?.eachMember { name, value in
                        if let field = places[String(decoding: name, as: UTF8.self)] { values.append((field, value)) }
                    } ?? true
                if areRead {
                    for (field, value) in values {
                        said.append(Said(person: person, field: field, at: at, text: try HouseLines.text(value)))
                    }
                    return
                }
                // A name with an escape in it, or no fields at all: read whole.
                for member in try JSONValue(parsing: text)["fields"]?.object ?? [] {
                    guard let field = places[member.name] else { continue }
                    said.append(Said(person: person, field: field, at: at, text: HouseLines.text(member.value)))
                }
            }
        }
        return said
    }
}
