import RapportCore
import RapportStorage

/// What one person has said about being written to, as it stands at this moment: also what no step has folded yet. Names, not
/// numbers, since a name that nobody used before has none.
struct LedgerReading {
    /// `nil` in a part means all.
    struct Scope: Hashable {
        var brand: String?
        var topic: String?
        var channel: String?

        func covers(brand: String, _ topic: String, _ channel: String) -> Bool {
            (self.brand ?? brand) == brand && (self.topic ?? topic) == topic && (self.channel ?? channel) == channel
        }
    }

    private struct Given {
        var scope: Scope
        var at: Timestamp
        var isImported: Bool
    }

    private var given: [Given] = []
    private var withdrawn: [(scope: Scope, at: Timestamp)] = []
    /// Objections that the person has not lifted.
    private(set) var objected: [Scope] = []
    private(set) var preference = StatedPreference()
    let brand: String

    /// - Parameter brand: as rapport.yaml names it.
    init(of person: PersonID, partition: Int, brand: String, catalog: Catalog, in db: Connection) throws {
        self.brand = Text.folded(brand)
        func name(_ number: Int64) throws -> String? { number == 0 ? nil : try catalog.symbol(number, in: db) }
        func scope(_ row: Row, from column: Int) throws -> Scope {
            Scope(
                brand: try name(row.integer(column)), topic: try name(row.integer(column + 1)),
                channel: try name(row.integer(column + 2)))
        }
        given = try db.all(
            """
            SELECT brand, topic, channel, at, imported FROM permissions
            WHERE person = \(person) AND status > 0 AND proven = 1 ORDER BY id
            """
        ) { Given(scope: try scope($0, from: 0), at: $0.timestamp(3), isImported: $0.bool(4)) }
        withdrawn = try db.all("SELECT brand, topic, channel, at FROM withdrawals WHERE person = \(person) ORDER BY id") {
            (try scope($0, from: 0), $0.timestamp(3))
        }
        objected = try (Objections.inForce([person], in: db)[person] ?? []).map { entry in
            Scope(
                brand: try name(entry.scope.brand), topic: try name(entry.scope.topic), channel: try name(entry.scope.channel))
        }
        preference = try PreferencesFold.read([person], in: db)[person] ?? StatedPreference()
        try readWaiting(person, partition, catalog, in: db)
    }

    /// Opt-outs count from the transaction that accepts them; what the person allowed a moment ago may still wait for a step.
    private mutating func readWaiting(_ person: PersonID, _ partition: Int, _ catalog: Catalog, in db: Connection) throws {
        let events = try db.all(
            """
            SELECT \(raw: Event.columns) FROM events
            WHERE partition = \(partition) AND person = \(person)
                AND position > (SELECT position FROM cursors WHERE partition = \(partition))
            ORDER BY position LIMIT 500
            """, Event.init)
        for event in events {
            let kind = try catalog.kind(event.kind, in: db).name
            if kind == StatedPreference.kind { preference = StatedPreference(try JSONValue(parsing: event.properties)) }
            guard
                let act = PermissionAct(
                    kind: kind, properties: try JSONValue(parsing: event.properties), history: event.history),
                act.kind == .granted || act.kind == .confirmed, act.isProven
            else { continue }
            given.append(
                Given(
                    scope: Scope(brand: act.brand, topic: act.topic, channel: act.channel), at: event.occurredAt,
                    isImported: act.isImported))
        }
    }

    /// Whether the person has objected to everything.
    var hasObjectedToAll: Bool { objected.contains(Scope()) }

    /// Whether the person wants messages on `topic` by `channel`, as far as the ledger knows.
    func isOn(_ topic: String, _ channel: String) -> Bool {
        guard !objected.contains(where: { $0.covers(brand: brand, topic, channel) }) else { return false }
        return given.contains { one in
            one.scope.brand == brand && one.scope.covers(brand: brand, topic, channel)
                && !withdrawn.contains {
                    $0.scope.covers(brand: brand, topic, channel) && (one.isImported || $0.at >= one.at)
                }
        }
    }
}
