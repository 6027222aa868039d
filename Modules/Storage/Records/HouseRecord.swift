public import RapportCore

/// An account or a product, as the command line shows it.
public struct HouseRecord: Sendable, Hashable {
    public var kind: RecordKind
    public var id: Int64
    /// Of accounts.
    public var publicID: String?
    public var source: String
    /// The source's key.
    public var external: String
    public var name: String
    public var fields: [JSONValue.Member]

    /// Those whose names or keys have words that begin as the words of `text` do; all of them where it is empty.
    public static func search(_ kind: RecordKind, _ text: String, limit: Int = 20, in db: Connection) throws -> [HouseRecord] {
        let words = Array(Text.searchWords(text).prefix(8))
        var ids: Set<Int64>?
        for word in words {
            let found = try db.all(
                """
                SELECT id FROM record_words
                WHERE record = \(kind.rawValue) AND word >= \(word) AND word < \(word + "\u{10FFFF}")
                ORDER BY record, word, id LIMIT 2000
                """
            ) { $0.integer(0) }
            ids = ids.map { $0.intersection(found) } ?? Set(found)
        }
        if words.isEmpty {
            guard text.allSatisfy(\.isWhitespace) else { return [] }
            return try read(kind, "1 = 1", limit, in: db)
        }
        guard let ids, !ids.isEmpty else { return [] }
        return try read(kind, "record.id IN \(list: ids.sorted())", limit, in: db)
    }

    /// Every one of a kind, in the order of their ids.
    public static func each(_ kind: RecordKind, in db: Connection, _ body: (HouseRecord) throws -> Void) throws {
        var last: Int64 = 0
        while true {
            let some = try read(kind, "record.id > \(last)", 1_000, by: "record.id", in: db)
            for record in some { try body(record) }
            guard let end = some.last?.id, some.count == 1_000 else { return }
            last = end
        }
    }

    /// The one that a text names: a public id, `source:key`, a key or a whole name.
    ///
    /// - Throws: `Problem` `record.ambiguous` if several are named so.
    public static func find(_ kind: RecordKind, _ text: String, in db: Connection) throws -> HouseRecord? {
        var found: [HouseRecord] = []
        if kind == .account, PublicID(text) != nil { found = try read(kind, "record.public_id = \(text)", 2, in: db) }
        if found.isEmpty, let colon = text.firstIndex(of: ":") {
            found = try read(
                kind,
                "sources.name = \(String(text[..<colon])) AND record.external = \(String(text[text.index(after: colon)...]))",
                2, in: db)
        }
        if found.isEmpty { found = try read(kind, "record.external = \(text)", 2, in: db) }
        if found.isEmpty { found = try read(kind, "record.name = \(text)", 2, in: db) }
        guard found.count < 2 else {
            throw Problem(
                "record.ambiguous",
                "several are called \"\(text)\": \(found.map { "\($0.source):\($0.external)" }.joined(separator: ", "))",
                remedy: "Name it as source:key")
        }
        return found.first
    }

    static func read(
        _ kind: RecordKind, _ condition: SQL, _ limit: Int, by order: String = "record.name, record.id", in db: Connection
    ) throws -> [HouseRecord] {
        let id = kind == .account ? "record.public_id" : "''"
        return try db.all(
            """
            SELECT record.id, \(raw: id), sources.name, record.external, record.name, record.data FROM \(raw: kind.table) AS record
            JOIN sources ON sources.id = record.source
            WHERE \(condition)
            ORDER BY \(raw: order) LIMIT \(limit)
            """
        ) { row in
            HouseRecord(
                kind: kind, id: row.integer(0), publicID: kind == .account ? row.text(1) : nil, source: row.text(2),
                external: row.text(3), name: row.text(4), fields: try RecordData(text: row.text(5)).values)
        }
    }

    /// The people who belong to this account, by public id, those said last first.
    public func people(limit: Int = 50, in db: Connection) throws -> [(
        id: PersonID, publicID: String, since: Timestamp, last: Timestamp
    )] {
        guard kind == .account else { return [] }
        return try db.all(
            """
            SELECT people.id, people.public_id, person_accounts.first_at, person_accounts.last_at FROM person_accounts
            JOIN people ON people.id = person_accounts.person
            JOIN sources ON sources.id = person_accounts.source
            WHERE sources.name = \(source) AND person_accounts.external = \(external) AND people.state = 0
            ORDER BY person_accounts.last_at DESC, people.id LIMIT \(limit)
            """
        ) { ($0.integer(0), $0.text(1), $0.timestamp(2), $0.timestamp(3)) }
    }
}

extension People {
    /// An account that a person belongs to, by whose word, and its name where the account itself is known.
    public struct Membership: Sendable, Hashable {
        public var source: String
        public var external: String
        public var name: String?
        public var since: Timestamp
        public var last: Timestamp
    }

    /// The accounts of a person, the one said last first.
    public static func accounts(of person: PersonID, in db: Connection) throws -> [Membership] {
        try db.all(
            """
            SELECT sources.name, person_accounts.external, accounts.name, person_accounts.first_at, person_accounts.last_at
            FROM person_accounts
            JOIN sources ON sources.id = person_accounts.source
            LEFT JOIN accounts ON accounts.source = person_accounts.source AND accounts.external = person_accounts.external
            WHERE person_accounts.person = \(person)
            ORDER BY person_accounts.last_at DESC, person_accounts.source, person_accounts.external
            """
        ) {
            Membership(
                source: $0.text(0), external: $0.text(1), name: $0.textOrNil(2), since: $0.timestamp(3), last: $0.timestamp(4))
        }
    }
}
