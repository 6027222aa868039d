import RapportCore
import RapportStorage

/// Reads people's histories slice by slice, each in a short read of its own.
struct HistoryReader: Sendable {
    let plan: SnapshotPlan
    let database: any Database
    let catalog: Catalog

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
        var after: PersonID = 0
        while true {
            try Task.checkCancellation()
            let (part, people, last) = try await database.read { [after, plan] db in
                let people = try db.all(
                    """
                    SELECT id FROM people WHERE id > \(after) AND state = 0 AND anonymous = 0
                    ORDER BY id LIMIT \(Self.slice)
                    """
                ) { $0.integer(0) }
                var part = make()
                let unprofiled = try Unprofiled.read(of: people, in: db).all
                let chosen = people.filter { !unprofiled.contains($0) && wanted($0) }
                if !chosen.isEmpty { try Self.read(chosen, plan, catalog, in: db) { each($0, $1, &part) } }
                return (part, people.count, people.last)
            }
            guard let last else { return }
            try await take(part, people)
            after = last
        }
    }

    private static func read(
        _ people: [PersonID], _ plan: SnapshotPlan, _ catalog: Catalog, in db: Connection,
        _ body: (PersonID, borrowing PersonHistory) -> Void
    ) throws {
        let said = try fields(of: people, plan, catalog, in: db)
        var history = PersonHistory(plan)
        var person: PersonID = 0
        func finish() {
            guard person != 0 else { return }
            for (field, at, text) in said[person] ?? [] { history.said(field, text, at: at) }
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

    /// What was said of the fields, in the order of time; never what an analysis has written.
    private static func fields(
        of people: [PersonID], _ plan: SnapshotPlan, _ catalog: Catalog, in db: Connection
    ) throws -> [PersonID: [(field: Int, at: Int64, text: String?)]] {
        guard let kind = plan.identified, !plan.fields.isEmpty else { return [:] }
        let places = Dictionary(uniqueKeysWithValues: plan.fields.enumerated().map { ($1.name, $0) })
        var said: [PersonID: [(field: Int, at: Int64, text: String?)]] = [:]
        try db.each(
            """
            SELECT timeline.person, timeline.occurred_at, events.properties FROM timeline
            JOIN events ON events.partition = timeline.partition AND events.position = timeline.position
            JOIN sources ON sources.id = events.source
            WHERE timeline.person IN \(list: people) AND timeline.kind = \(kind) AND sources.name <> 'rapport'
            ORDER BY timeline.person, timeline.kind, timeline.occurred_at, timeline.partition, timeline.position
            """
        ) { row in
            for member in try JSONValue(parsing: row.text(2))["fields"]?.object ?? [] {
                guard let field = places[member.name] else { continue }
                said[row.integer(0), default: []].append((field, row.integer(1), HouseLines.text(member.value)))
            }
        }
        return said
    }
}
