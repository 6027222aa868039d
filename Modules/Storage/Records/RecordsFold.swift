public import RapportCore

/// Accounts and products from what is said of them, who belongs to which account, and which events are of one order.
public struct RecordsFold: Fold {
    public let name = "records"
    /// What can happen to an order. The first is its cause.
    public static let orderKinds = [
        "order.placed", "order.paid", "order.shipped", "order.delivered", "order.cancelled", "order.returned", "order.refunded",
    ]

    public init() {}

    private enum Role {
        case record(RecordKind)
        /// Names an account that the person belongs to.
        case membership
        case order
    }

    private static let roleNames = Dictionary(
        orderKinds.map { ($0, Role.order) } + [("person.identified", .membership), ("account.joined", .membership)]
            + RecordKind.allCases.map { ($0.eventKind, .record($0)) }
    ) { first, _ in first }

    /// - Parameter kinds: numbers by name.
    private static func roles(among kinds: [String: Int64]) -> [Int64: Role] {
        var roles: [Int64: Role] = [:]
        for (name, kind) in kinds { roles[kind] = roleNames[name] }
        return roles
    }

    public func apply(_ events: [Event], in step: StepContext) throws {
        let roles = try Self.roles(among: step.kinds())
        guard !roles.isEmpty else { return }
        var records: [RecordKind: [(event: Event, properties: JSONValue)]] = [:]
        for event in events where event.person == 0 {
            guard case .record(let kind)? = roles[event.kind] else { continue }
            records[kind, default: []].append((event, try JSONValue(parsing: event.properties)))
        }
        for (kind, some) in records.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            try RecordsBatch(kind: kind, db: step.db).apply(some)
        }
        try link(events, roles, in: step.db)
    }

    public func refold(_ people: [PersonID], in step: StepContext) throws {
        let db = step.db
        let roles = Self.roles(among: try step.catalog.existingKinds(Set(Self.roleNames.keys), in: db).mapValues(\.id))
        try db.run("DELETE FROM order_events WHERE person IN \(list: people)")
        try db.run("DELETE FROM person_accounts WHERE person IN \(list: people)")
        let kinds = roles.filter { if case .record = $0.value { false } else { true } }.keys.sorted()
        let events = try db.all(
            """
            SELECT \(raw: Event.columns) FROM timeline
            JOIN events ON events.partition = timeline.partition AND events.position = timeline.position
            WHERE timeline.person IN \(list: people) AND timeline.kind IN \(list: kinds)
            """, Event.init)
        try link(events, roles, in: db)
    }

    public func fingerprint(of person: PersonID, in db: Connection) throws -> String {
        let orders = try db.all(
            """
            SELECT source, number, partition, position FROM order_events WHERE person = \(person)
            ORDER BY person, source, number, partition, position
            """
        ) { "order \($0.integer(0)) \($0.text(1)) \($0.integer(2))-\($0.integer(3))" }
        let accounts = try db.all(
            """
            SELECT source, external, first_at, last_at FROM person_accounts WHERE person = \(person)
            ORDER BY person, source, external
            """
        ) { "account \($0.integer(0)) \($0.text(1)) \($0.integer(2)) \($0.integer(3))" }
        return (orders + accounts).joined(separator: "\n")
    }

    private struct Membership {
        var first: Timestamp
        var last: Timestamp
    }

    private struct PersonRecordKey: Hashable, Comparable {
        var person: PersonID
        var key: RecordKey
        static func < (left: Self, right: Self) -> Bool {
            left.person != right.person ? left.person < right.person : left.key < right.key
        }
    }

    private func link(_ events: [Event], _ roles: [Int64: Role], in db: Connection) throws {
        var orders: [(PersonRecordKey, EventRef)] = []
        var members: [PersonRecordKey: Membership] = [:]
        for event in events where event.person != 0 {
            switch roles[event.kind] {
            case .order where event.properties.mentions("order"):
                guard let number = try JSONValue(parsing: event.properties)["order"]?.plainKey else { continue }
                orders.append(
                    (PersonRecordKey(person: event.person, key: .init(source: event.source, external: number)), event.ref))
            case .membership where event.properties.mentions("account"):
                guard let account = try JSONValue(parsing: event.properties)["account"]?.plainKey else { continue }
                let key = PersonRecordKey(person: event.person, key: .init(source: event.source, external: account))
                let known = members[key]
                members[key] = Membership(
                    first: min(known?.first ?? event.occurredAt, event.occurredAt),
                    last: max(known?.last ?? event.occurredAt, event.occurredAt))
            default: break
            }
        }
        try db.insert(
            into: "order_events", ["person", "source", "number", "partition", "position"],
            orders.sorted { $0.0 == $1.0 ? $0.1 < $1.1 : $0.0 < $1.0 }.map { key, ref in
                [
                    .integer(key.person), .integer(key.key.source), .text(key.key.external), .integer(Int64(ref.partition)),
                    .integer(ref.position),
                ]
            })
        try db.insert(
            into: "person_accounts", ["person", "source", "external", "first_at", "last_at"],
            members.sorted { $0.key < $1.key },
            onConflict: """
                (person, source, external) DO UPDATE SET
                    first_at = CASE WHEN excluded.first_at < person_accounts.first_at
                        THEN excluded.first_at ELSE person_accounts.first_at END,
                    last_at = CASE WHEN excluded.last_at > person_accounts.last_at
                        THEN excluded.last_at ELSE person_accounts.last_at END
                """
        ) { row, member in
            row.integer(member.key.person)
            row.integer(member.key.key.source)
            row.text(member.key.key.external)
            row.time(member.value.first)
            row.time(member.value.last)
        }
    }
}

extension String {
    /// Whether JSON text may have a member of this name: cheap, and asked of every event.
    func mentions(_ member: StaticString) -> Bool {
        let length = member.utf8CodeUnitCount
        var text = self
        return text.withUTF8 { bytes in
            guard bytes.count > length + 2 else { return false }
            let first = member.utf8Start
            for start in 1..<(bytes.count - length) where bytes[start] == first[0] && bytes[start - 1] == 0x22 {
                var index = 1
                while index < length, bytes[start + index] == first[index] { index += 1 }
                if index == length, bytes[start + length] == 0x22 { return true }
            }
            return false
        }
    }
}
