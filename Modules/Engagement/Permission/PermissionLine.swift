public import RapportCore
public import RapportStorage

/// One act by which a person may, or may not, be written to, as people read it.
public struct PermissionLine: Sendable, Hashable {
    public enum State: String, Sendable, Hashable {
        case granted, confirmed, pending, unproven
        case withdrawn, objected, restricted
        /// A later act of the person that ends an objection, or a restriction.
        case lifted, released
    }

    public var state: State
    /// Empty: every one.
    public var brand: String
    public var topic: String
    public var channel: String
    /// Of a permission.
    public var basis: String?
    public var at: Timestamp

    /// What is on the ledger for the person, in the order in which it happened: of those that concern the same, the last counts.
    public static func all(of person: PersonID, in db: Connection) throws -> [PermissionLine] {
        let scope: SQL = """
            LEFT JOIN symbols AS brands ON brands.id = acts.brand
            LEFT JOIN symbols AS topics ON topics.id = acts.topic
            LEFT JOIN symbols AS channels ON channels.id = acts.channel
            WHERE acts.person = \(person) ORDER BY acts.at, acts.id
            """
        let names: SQL = "brands.value, topics.value, channels.value, acts.at"
        func line(_ row: Row, _ state: State, basis: String? = nil) -> PermissionLine {
            PermissionLine(
                state: state, brand: row.textOrNil(0) ?? "", topic: row.textOrNil(1) ?? "", channel: row.textOrNil(2) ?? "",
                basis: basis, at: row.timestamp(3))
        }
        var lines = try db.all(
            "SELECT \(names), acts.status, acts.proven, acts.basis FROM permissions AS acts \(scope)"
        ) { row in
            let status = PermissionEntry.Status(rawValue: row.int(4)) ?? .pending
            let given: State = status == .pending ? .pending : status == .confirmed ? .confirmed : .granted
            return line(row, row.bool(5) ? given : .unproven, basis: Basis(rawValue: row.int(6))?.name)
        }
        lines += try db.all("SELECT \(names) FROM withdrawals AS acts \(scope)") { line($0, .withdrawn) }
        lines += try db.all("SELECT \(names), acts.lifts FROM objections AS acts \(scope)") {
            line($0, $0.bool(4) ? .lifted : .objected)
        }
        lines += try db.all("SELECT at, lifts FROM restrictions WHERE person = \(person) ORDER BY at, id") { row in
            PermissionLine(
                state: row.bool(1) ? .released : .restricted, brand: "", topic: "", channel: "", at: row.timestamp(0))
        }
        return lines.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
    }

    public var json: JSONValue {
        func named(_ text: String) -> JSONValue { text.isEmpty ? .null : .string(text) }
        return [
            "state": .string(state.rawValue), "brand": named(brand), "topic": named(topic), "channel": named(channel),
            "basis": basis.map { .string($0) } ?? .null, "at": .string(at.rfc3339),
        ]
    }
}
