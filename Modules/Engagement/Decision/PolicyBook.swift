public import RapportCore
public import RapportStorage
import Synchronization

/// The policies of this database by version, read from definitions and remembered by the process.
public final class PolicyBook: Sendable {
    /// A policy with what surrounds it.
    public struct Policy: Sendable {
        public var decision: DecisionPolicy
        /// The zone of people whose zone nobody knows.
        public var zone: String
        /// The country of people whose country nobody knows.
        public var country: Country
    }

    static let kinds = ["guards", "permission"]
    private static let setting = "policy.current"

    public let catalog: Catalog
    private let known = Mutex<[Int64: Policy]>([:])

    public init(catalog: Catalog) { self.catalog = catalog }

    /// The policy in force, under its number. Makes the number if there is none yet, which needs a `write`.
    public func current(at now: Timestamp, in db: Connection) throws -> Policy {
        if let number = try db.text("SELECT value FROM settings WHERE name = \(Self.setting)").flatMap(Int64.init) {
            return try version(number, in: db)
        }
        let body = try Self.body(in: db).canonicalText
        try db.run("INSERT INTO policies (body, made_at) VALUES (\(body), \(now)) ON CONFLICT (body) DO NOTHING")
        guard let number = try db.integer("SELECT id FROM policies WHERE body = \(body)") else {
            throw Problem("policy.not_written", "the database gave no number to the policy")
        }
        try db.run(
            """
            INSERT INTO settings (name, value) VALUES (\(Self.setting), \(String(number)))
            ON CONFLICT (name) DO UPDATE SET value = excluded.value
            """)
        return try version(number, in: db)
    }

    /// The policy in force as a forecast sees it: it has number 0 until something is decided under it.
    public func preview(in db: Connection) throws -> Policy {
        if let number = try db.text("SELECT value FROM settings WHERE name = \(Self.setting)").flatMap(Int64.init) {
            return try version(number, in: db)
        }
        return try read(try Self.body(in: db), version: 0, in: db)
    }

    public func version(_ number: Int64, in db: Connection) throws -> Policy {
        if let policy = known.withLock({ $0[number] }) { return policy }
        guard let body = try db.text("SELECT body FROM policies WHERE id = \(number)") else {
            throw Problem("policy.missing", "there is no policy \(number) in this database")
        }
        let policy = try read(try JSONValue(parsing: body), version: number, in: db)
        db.afterCommit { [self] in known.withLock { $0[number] = policy } }
        return policy
    }

    /// Called when a definition changes: the next decision finds the new policy.
    static func outdate(in db: Connection) throws { try db.run("DELETE FROM settings WHERE name = \(setting)") }

    static func body(in db: Connection) throws -> JSONValue {
        let store = DefinitionStore(handlers: [])
        return .object(
            try kinds.map { kind in
                .init(kind, .object(try store.current(kind, in: db).map { .init($0.name, $0.body) }))
            })
    }

    private func read(_ body: JSONValue, version: Int64, in db: Connection) throws -> Policy {
        // Names that nobody has used yet have no number: nothing can match them, and each gets a negative one of its own.
        var unused: Int64 = 0
        let reader = PolicyReader { name in
            let folded = Text.folded(name)
            if let number = try self.catalog.existingSymbol(folded, in: db) { return number }
            if version > 0, let made = try self.catalog.symbols([folded], in: db)[folded] { return made }
            unused -= 1
            return unused
        }
        var policy = Policy(decision: try reader.read(body, version: version), zone: "UTC", country: .unknown)
        for member in body["guards"]?.object ?? [] {
            policy.zone = member.value["zone"]?.string ?? policy.zone
            policy.country = member.value["country"]?.string.flatMap { Country($0) } ?? policy.country
        }
        return policy
    }
}
