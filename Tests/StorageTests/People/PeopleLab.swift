import RapportCore
import RapportStorage
import RapportTestKit

/// The log with the folds of a person's record, and a merger over them.
struct PeopleLab {
    let lab: LogLab
    let merger: Merger
    var database: any Database { lab.database }
    let wall: Timestamp

    init(_ database: any Database, clock: VirtualClock = VirtualClock()) {
        let catalog = Catalog()
        lab = LogLab(
            database, clock: clock,
            folds: [
                FieldsFold(), ConfirmationsFold(), TimelineFold(), TotalsFold(), RecordsFold(),
                AffiliationsFold(catalog: catalog),
                RelationsFold(catalog: catalog), HouseholdsFold(catalog: catalog),
            ])
        merger = Merger(folds: lab.folds, catalog: lab.catalog)
        wall = clock.now
    }

    /// What a source says of a person: identifiers `"email a@x.org, loyalty 7"` and fields.
    static func says(
        _ source: String, _ identifiers: String, _ fields: JSONValue = [:], confirmed: Bool = false, at: Timestamp? = nil,
        batch: Int64 = 0
    ) -> NewEvent {
        let sorted = FieldCatalog(
            FieldDefinition.builtIn.enumerated().map { FieldCatalog.Field(slot: $0.offset + 1, definition: $0.element) }
        ).sort(fields.object ?? [])
        var properties: [JSONValue.Member] = [.init("fields", .object(sorted.properties))]
        if confirmed { properties.append(.init("confirmed", true)) }
        return NewEvent(
            kind: FieldsFold.eventKind, source: source, identifiers: IdentityStory.identifiers(identifiers), occurredAt: at,
            properties: .object(properties), personal: sorted.personal.isEmpty ? nil : ["fields": .object(sorted.personal)],
            batch: batch)
    }

    func accept(_ events: [NewEvent]) async throws -> [PersonID] {
        try await lab.door.accept(events, in: database).map { answer in
            if case .accepted(_, let person) = answer { person } else { 0 }
        }
    }

    @discardableResult
    func merge(_ loser: PersonID, into survivor: PersonID) async throws -> Merge {
        try await database.write { [merger, wall] db in
            try merger.merge(loser, into: survivor, actor: "test", reason: "test", wall: wall, in: db)
        }
    }

    func unmerge(_ merge: Int64) async throws {
        _ = try await database.write { [merger, wall] db in try merger.unmerge(merge, wall: wall, in: db) }
    }

    /// Everything known of everybody, in lines that do not name places on the log: moved events have new ones.
    func everything() async throws -> [String] {
        try await database.read { db in
            var lines: [String] = []
            /// Columns that are text are named by a capital T.
            func add(_ title: String, _ types: String, _ sql: SQL) throws {
                lines += try db.all(sql) { row in
                    let cells = types.enumerated().map { column, type in
                        row.isNull(column) ? "-" : type == "T" ? row.text(column) : String(row.integer(column))
                    }
                    return title + " " + cells.joined(separator: " ")
                }
            }
            try add(
                "person", "iTiiiTi",
                """
                SELECT people.id, public_id, state, survivor, anonymous, symbols.value, last_seen
                FROM people LEFT JOIN symbols ON symbols.id = people.household ORDER BY people.id
                """)
            try add("profile", "iiii", "SELECT id, source, person, origin FROM profiles ORDER BY id")
            try add(
                "identifier", "iTiiii",
                "SELECT kind, value, holder, profile, person, batch FROM identifiers ORDER BY kind, value, holder")
            try add("golden", "iTTTTT", "SELECT person, f1, f2, f4, f6, f12 FROM golden ORDER BY person")
            try add("word", "Ti", "SELECT word, person FROM words ORDER BY word, person")
            // By name: kinds are numbered as they are first met, which a step that ran earlier may change.
            try add(
                "total", "iTiiii",
                """
                SELECT totals.person, kinds.name, first_at, last_at, count, sum1 FROM totals
                JOIN kinds ON kinds.id = totals.kind ORDER BY totals.person, kinds.name
                """)
            try add(
                "event", "iTii",
                """
                SELECT timeline.person, kinds.name, occurred_at, profile FROM timeline
                JOIN kinds ON kinds.id = timeline.kind
                ORDER BY timeline.person, kinds.name, occurred_at, profile
                """)
            try add(
                "affiliation", "iTTTii",
                """
                SELECT affiliations.person, COALESCE(sources.name, ''), external, role, since, until FROM affiliations
                LEFT JOIN sources ON sources.id = affiliations.source ORDER BY affiliations.person, affiliations.place
                """)
            try add(
                "relation", "iTiTii", "SELECT person, tie, side, kind, since, until FROM relations ORDER BY person, place")
            try add(
                "stay", "iTii",
                """
                SELECT person, symbols.value, since, until FROM household_stays
                JOIN symbols ON symbols.id = household_stays.household ORDER BY person, place
                """)
            lines += try db.all("SELECT profile, person, data FROM provenance ORDER BY profile") { row in
                let said = try Provenance(packed: row.text(2))
                let fields = said.said.keys.map { slot in
                    let value = said.said[slot]?.value?.json.text ?? "null"
                    let at = said.said[slot]?.stamp.occurredAt.milliseconds ?? 0
                    let confirmed = said.confirmation(of: slot)?.occurredAt.milliseconds ?? 0
                    return "\(slot)=\(value)@\(at)/\(confirmed)"
                }
                return "provenance \(row.integer(0)) \(row.integer(1)) \(fields.joined(separator: " "))"
            }
            return lines
        }
    }
}
