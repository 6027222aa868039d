import RapportCore

/// The index by which companies that may be one find each other, and the queue of those that wait to be compared.
public enum AccountIndex {
    /// A key that more companies share tells nothing.
    public static let common = 60

    /// Has the accounts compared of which events say something.
    public static func enqueue(_ events: [Event], in step: StepContext) throws {
        guard !events.isEmpty, let kind = try step.catalog.existingKind(RecordKind.account.eventKind, in: step.db)?.id else {
            return
        }
        var keys: [Int64: Set<String>] = [:]
        for event in events where event.kind == kind {
            if let external = try JSONValue(parsing: event.properties)["id"]?.plainKey {
                keys[event.source, default: []].insert(external)
            }
        }
        var accounts: [Int64] = []
        for (source, externals) in keys.sorted(by: { $0.key < $1.key }) {
            accounts += try step.db.all(
                "SELECT id FROM accounts WHERE source = \(source) AND external IN \(list: externals.sorted())"
            ) { $0.integer(0) }
        }
        try enqueue(accounts, in: step.db)
    }

    public static func enqueue(_ accounts: [Int64], in db: Connection) throws {
        guard !accounts.isEmpty else { return }
        try db.insert(
            into: "account_match_queue", ["account"], Set(accounts).sorted(), onConflict: "DO NOTHING"
        ) { row, account in row.integer(account) }
    }

    /// Has every account compared anew, and forgets those that are no more.
    public static func enqueueAll(in db: Connection) throws {
        try db.run(
            """
            INSERT INTO account_match_queue (account) SELECT id FROM accounts WHERE id NOT IN (SELECT account FROM account_match_queue)
            """)
        try db.run("DELETE FROM account_match_keys WHERE account NOT IN (SELECT id FROM accounts)")
        try db.run("DELETE FROM account_pairs WHERE low NOT IN (SELECT id FROM accounts)")
        try db.run("DELETE FROM account_pairs WHERE high NOT IN (SELECT id FROM accounts)")
    }

    /// How many wait to be compared.
    public static func waiting(in db: Connection) throws -> Int64 {
        try db.integer("SELECT COUNT(*) FROM account_match_queue") ?? 0
    }

    /// Takes the first of those that wait.
    public static func take(_ count: Int, in db: Connection) throws -> [Int64] {
        let accounts = try db.all("SELECT account FROM account_match_queue ORDER BY account LIMIT \(count)") { $0.integer(0) }
        if !accounts.isEmpty { try db.run("DELETE FROM account_match_queue WHERE account IN \(list: accounts)") }
        return accounts
    }

    /// Accounts by number, in its order; those that are no more are left out.
    public static func read(_ accounts: some Collection<Int64>, in db: Connection) throws -> [HouseRecord] {
        let wanted = Set(accounts).sorted()
        guard !wanted.isEmpty else { return [] }
        return try HouseRecord.read(.account, "record.id IN \(list: wanted)", wanted.count, in: db).sorted { $0.id < $1.id }
    }

    /// Brings the keys of accounts up to date; those without any are forgotten.
    public static func write(_ keys: [Int64: [Int64]], of accounts: [Int64], in db: Connection) throws {
        try db.run("DELETE FROM account_match_keys WHERE account IN \(list: accounts)")
        let rows = keys.flatMap { account, keys in keys.map { (key: $0, account: account) } }.sorted { $0 < $1 }
        try db.insert(into: "account_match_keys", ["key", "account"], rows, onConflict: "DO NOTHING") { row, pair in
            row.integer(pair.key)
            row.integer(pair.account)
        }
    }

    /// Which accounts each of `keys` leads to, without keys that are common.
    public static func accounts(behind keys: some Collection<Int64>, in db: Connection) throws -> [Int64: [Int64]] {
        let asked = Set(keys).sorted()
        guard !asked.isEmpty else { return [:] }
        let sizes = try db.all("SELECT key, COUNT(*) FROM account_match_keys WHERE key IN \(list: asked) GROUP BY key") {
            (key: $0.integer(0), count: $0.integer(1))
        }
        let telling = sizes.filter { $0.count > 1 && $0.count <= common }.map(\.key).sorted()
        guard !telling.isEmpty else { return [:] }
        var found: [Int64: [Int64]] = [:]
        try db.each("SELECT key, account FROM account_match_keys WHERE key IN \(list: telling)") { row in
            found[row.integer(0), default: []].append(row.integer(1))
        }
        return found
    }
}
