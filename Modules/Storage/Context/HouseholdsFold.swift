public import RapportCore

/// Folds with whom people live and have lived: the field `household`, `household.joined` and `household.left`.
///
/// Where only the field speaks, the golden value is the household; where somebody said more, the latest news is. Stands behind
/// fields, timeline and totals.
public struct HouseholdsFold: Fold {
    public let name = "households"
    let catalog: Catalog

    public static let joined = "household.joined"
    public static let left = "household.left"
    static let field = "household"
    private static let kinds: Set = [FieldsFold.eventKind, joined, left]

    public init(catalog: Catalog) { self.catalog = catalog }

    public func apply(_ events: [Event], in step: StepContext) throws {
        guard try step.hasEvents(of: Self.kinds) else { return }
        let statements = try statements(in: step.db)
        let speaking = events.filter(statements.speaks)
        guard !speaking.isEmpty else { return }
        // What the field has said once of a newcomer, the fields' fold has written.
        let said = try statements.said(by: speaking, among: events, in: step).filter { _, statements in !Self.isPlain(statements)
        }
        try write(said, in: step.db)
    }

    /// Whether the field alone has spoken, and once.
    private static func isPlain(_ statements: [HouseholdHistory.Statement]) -> Bool {
        if statements.count == 1, case .named? = statements.first?.said { true } else { false }
    }

    public func refold(_ people: [PersonID], in step: StepContext) throws {
        try write(try statements(in: step.db).said(by: people, in: step.db), in: step.db)
    }

    public func fingerprint(of person: PersonID, in db: Connection) throws -> String {
        let stays = try db.all(
            "SELECT household, since, until, dated FROM household_stays WHERE person = \(person) ORDER BY person, place"
        ) { row in
            "\(row.integer(0)) \(row.integer(1)) \(row.integerOrNil(2).map(String.init) ?? "-") \(row.integer(3))"
        }
        let now = try db.integer("SELECT household FROM people WHERE id = \(person)")
        return (stays + ["now \(now.map(String.init) ?? "-")"]).joined(separator: "\n")
    }

    private func statements(in db: Connection) throws -> PersonStatements<HouseholdHistory.Statement> {
        let kinds = try catalog.existingKinds(Self.kinds, in: db)
        return PersonStatements(
            kinds: Dictionary(kinds.map { ($1.id, $0) }) { first, _ in first },
            mentions: { $0.properties.mentions("household") }
        ) { event, kind in
            let json = try JSONValue(parsing: event.properties)
            func key(_ value: JSONValue?) -> String? {
                value?.plainKey.map(Text.folded).flatMap { $0.isEmpty ? nil : $0 }
            }
            switch kind {
            case Self.joined:
                guard let household = key(json["household"]) else { return nil }
                let (time, isDated) = json.time(event, "since")
                return .init(.joined(household), time: time, isDated: isDated)
            case Self.left:
                let (time, isDated) = json.time(event, "until")
                return .init(.left(key(json["household"])), time: time, isDated: isDated)
            default:
                guard let field = json["fields"]?[Self.field] else { return nil }
                return .init(.named(profile: event.profile, key(field)), time: json.time(event, "").time)
            }
        }
    }

    private func write(_ said: [PersonID: [HouseholdHistory.Statement]], in db: Connection) throws {
        guard !said.isEmpty else { return }
        let people = said.keys.sorted()
        try db.run("DELETE FROM household_stays WHERE person IN \(list: people)")
        // What the field said once is in the field.
        let stays = said.filter { !Self.isPlain($0.value) }.mapValues(HouseholdHistory.stays)
        let golden = try goldenHouseholds(of: people, in: db)
        let names = Set(stays.values.joined().map(\.household)).union(golden.values)
        let numbers = names.isEmpty ? [:] : try catalog.symbols(names, in: db)
        let rows = people.flatMap { person in
            (stays[person] ?? []).enumerated().map { (person: person, place: $0, stay: $1) }
        }
        try db.insert(into: "household_stays", ["person", "place", "household", "since", "until", "dated"], rows) { row, one in
            row.integer(one.person)
            row.int(one.place)
            row.integer(numbers[one.stay.household] ?? 0)
            row.time(one.stay.since)
            row.time(one.stay.until)
            row.bool(one.stay.isDated)
        }
        for person in people {
            let isStated = (said[person] ?? []).contains { if case .named = $0.said { false } else { true } }
            let now =
                isStated ? (stays[person]?.last).flatMap { $0.until == nil ? $0.household : nil } : golden[person]
            let number = now.flatMap { numbers[$0] }
            try db.run(
                """
                UPDATE people SET household = \(number)
                WHERE id = \(person) AND state = 0 AND COALESCE(household, -1) <> \(number ?? -1)
                """)
        }
    }

    private func goldenHouseholds(of people: [PersonID], in db: Connection) throws -> [PersonID: String] {
        guard let slot = try db.integer("SELECT slot FROM fields WHERE name = \(Self.field)") else { return [:] }
        let column = "f\(slot)"
        return Dictionary(
            try db.all("SELECT person, \(raw: column) FROM golden WHERE person IN \(list: people) AND \(raw: column) IS NOT NULL")
            {
                ($0.integer(0), $0.text(1))
            }
        ) { first, _ in first }
    }
}
