import RapportCore
import RapportStorage

/// What has been tallied so far.
struct HealthTallies: Sendable {
    let now: Timestamp
    let fields: [FieldCatalog.Field]
    let kinds: [(number: Int64, name: String, kind: IdentifierKind)]
    let placeOfKind: [Int64: Int]
    let sourceNames: [Int64: String]
    let segmentNames: [Int64: String]
    /// Hashes of addresses to which messages bounce.
    let bounced: Set<Int64>
    /// People who may be the same as somebody else.
    let doubtful: Set<PersonID>
    /// The source of each profile, by number; 0: not known yet. It never changes.
    let sourceOf: [Int32]
    /// The place of the field in each slot, -1 for none.
    let placeOfSlot: [Int]
    /// By place.
    let budgets: [Span?]

    var people: Int64 = 0
    var dead: Int64 = 0
    var everybody: [DataHealth.Tally]
    var sources: [Int64: HealthShare] = [:]
    var segments: [Int64: HealthShare] = [:]

    private var width: Int { fields.count + kinds.count }
    var nothing: [DataHealth.Tally] { Array(repeating: .init(), count: width) }

    init(at now: Timestamp, in db: Connection) throws {
        self.now = now
        fields = try FieldStore.read(in: db).fields
        let rules = try IdentityRuleBook().rules(in: db)
        kinds = try db.all("SELECT id, name FROM identifier_kinds ORDER BY id") { (number: $0.integer(0), name: $0.text(1)) }
            .compactMap { row -> (number: Int64, name: String, kind: IdentifierKind)? in
                guard let kind = rules.kind(row.name), kind.freshness != nil || kind.format == .email || kind.format == .phone
                else {
                    return nil
                }
                return (row.number, row.name, kind)
            }
        let first = fields.count
        placeOfKind = Dictionary(kinds.enumerated().map { ($0.element.number, first + $0.offset) }) { first, _ in first }
        sourceNames = try Dictionary(db.all("SELECT id, name FROM sources ORDER BY id") { ($0.integer(0), $0.text(1)) }) { $1 }
        segmentNames = try Dictionary(
            db.all("SELECT id, name FROM segments WHERE state <> 'retired' ORDER BY id") { ($0.integer(0), $0.text(1)) }
        ) { $1 }
        bounced = Set(
            try db.all(
                """
                SELECT address FROM suppressions WHERE kind = \(Int64(SuppressionKind.bounce.rawValue)) AND lifted_at = 0
                ORDER BY address, kind
                """
            ) { $0.integer(0) })
        doubtful = Set(
            try db.all("SELECT low, high FROM reviews WHERE verdict = 'open' ORDER BY low, high") {
                [$0.integer(0), $0.integer(1)]
            }.joined())
        var placeOfSlot = [Int](repeating: -1, count: (fields.map(\.slot).max() ?? 0) + 1)
        for (place, field) in fields.enumerated() { placeOfSlot[field.slot] = place }
        self.placeOfSlot = placeOfSlot
        budgets = fields.map(\.definition.freshness) + kinds.map(\.kind.freshness)
        var sourceOf = [Int32](repeating: 0, count: Int(try db.integer("SELECT MAX(id) FROM profiles") ?? 0) + 1)
        try db.stream("SELECT id, source FROM profiles") { sourceOf[$0.int(0)] = Int32($0.integer(1)) }
        self.sourceOf = sourceOf
        everybody = Array(repeating: .init(), count: fields.count + kinds.count)
    }

    /// What can be the matter with values, for judging them.
    var validity: HealthValidity { HealthValidity(fields.map(\.definition), at: now) }

    /// Segments in which somebody is.
    var peopledSegments: Set<Int64> { Set(segments.filter { $0.value.people > 0 }.keys) }

    /// Adds what was tallied of other people.
    mutating func add(_ other: HealthTallies) {
        people += other.people
        dead += other.dead
        for place in everybody.indices { everybody[place] += other.everybody[place] }
        let nobody = HealthShare(tallies: nothing)
        for (number, more) in other.sources { sources[number, default: nobody] += more }
        for (number, more) in other.segments { segments[number, default: nobody] += more }
    }

    func report(duplicates: Int64, dropped: [DataHealth.Dropped], idle: [DataHealth.Idle]) -> DataHealth {
        let subjects =
            fields.map { field in
                DataHealth.Subject(
                    name: field.definition.name, isIdentifier: false, type: field.definition.type.text,
                    purpose: field.definition.purpose, owner: field.definition.owner, budget: field.definition.freshness)
            }
            + kinds.map { kind in
                DataHealth.Subject(
                    name: kind.name, isIdentifier: true, type: kind.kind.format.rawValue, purpose: "", owner: nil,
                    budget: kind.kind.freshness)
            }
        func groups(_ known: [Int64: HealthShare], _ names: [Int64: String]) -> [DataHealth.Group] {
            names.compactMap { number, name in
                known[number].map { .init(name: name, people: $0.people, duplicates: $0.doubtful, tallies: $0.tallies) }
            }
        }
        let inReview = Int64(doubtful.count)
        return DataHealth(
            at: now, subjects: subjects, everybody: .init(name: "", people: people, duplicates: inReview, tallies: everybody),
            sources: groups(sources, sourceNames).sorted { ($0.people, $1.name) > ($1.people, $0.name) },
            segments: groups(segments, segmentNames).sorted { $0.name < $1.name }, idle: idle,
            duplicates: duplicates, dead: dead,
            dropped: dropped.sorted { ($0.count, $1.source, $1.name) > ($1.count, $0.source, $0.name) })
    }
}
