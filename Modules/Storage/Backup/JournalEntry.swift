import Crypto
public import RapportCore

/// A person's wish that outlives every backup: written to the journal when it is accepted, replayed by every restore.
public struct JournalEntry: Sendable, Hashable {
    public enum Kind: String, Sendable {
        /// No more messages of a topic, or on a channel.
        case optOut = "opt_out"
        /// An objection to direct marketing (GDPR, article 21).
        case objection
        /// The person took the objection back.
        case objectionLifted = "objection_lifted"
        /// Restriction of processing (GDPR, article 18).
        case restriction
        case restrictionLifted = "restriction_lifted"
        /// An address is used no more: it bounced, or its owner complained, as `evidence` says.
        case suppression
        case suppressionLifted = "suppression_lifted"
        /// The person was erased (GDPR, article 17).
        case erasure
    }

    public var kind: Kind
    public var at: Timestamp
    /// The person's public id at that time.
    public var person: PublicID?
    /// Whom it concerns, by hashes: the journal holds no address.
    public var identifiers: [HashedIdentifier]
    /// `nil`: every brand.
    public var brand: String?
    /// `nil`: every topic.
    public var topic: String?
    /// `nil`: every channel.
    public var channel: String?
    /// How it was said: `page`, `list-unsubscribe`, `import`.
    public var evidence: String?
    /// Of a suppression: the hash of the address, as the ledger has it.
    public var address: Int64?

    public init(
        _ kind: Kind, at: Timestamp, person: PublicID?, identifiers: [HashedIdentifier], brand: String? = nil,
        topic: String? = nil, channel: String? = nil, evidence: String? = nil, address: Int64? = nil
    ) {
        self.kind = kind
        self.at = at
        self.person = person
        self.identifiers = identifiers
        self.brand = brand
        self.topic = topic
        self.channel = channel
        self.evidence = evidence
        self.address = address
    }
}

/// An identifier that can be recognised but not read: SHA-256 over its kind and normalised value.
public struct HashedIdentifier: Sendable, Hashable {
    public let kind: String
    /// 64 hexadecimal digits.
    public let hash: String

    public init(_ identifier: Identifier) {
        kind = identifier.kind
        let digest = SHA256.hash(data: Array("\(identifier.kind)\u{0}\(identifier.value)".utf8))
        hash = digest.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    init(kind: String, hash: String) {
        self.kind = kind
        self.hash = hash
    }

    /// By what a person is known, for the journal. Devices are left out: others may use them.
    public static func of(_ person: PersonID, in db: Connection) throws -> [HashedIdentifier] {
        try db.all(
            """
            SELECT identifier_kinds.name, identifiers.value FROM identifiers
            JOIN identifier_kinds ON identifier_kinds.id = identifiers.kind
            WHERE identifiers.person = \(person) AND identifiers.holder = 0 AND identifier_kinds.name <> 'device'
            ORDER BY identifiers.kind, identifiers.value, identifiers.holder
            """
        ) { HashedIdentifier(Identifier(kind: $0.text(0), value: $0.text(1))) }
    }
}

extension JournalEntry {
    var json: JSONValue {
        var members: [JSONValue.Member] = [.init("kind", .string(kind.rawValue)), .init("at", .string(at.rfc3339))]
        if let person { members.append(.init("person", .string(person.description))) }
        members.append(
            .init("identifiers", .array(identifiers.map { .array([.string($0.kind), .string($0.hash)]) })))
        if let brand { members.append(.init("brand", .string(brand))) }
        if let topic { members.append(.init("topic", .string(topic))) }
        if let channel { members.append(.init("channel", .string(channel))) }
        if let evidence { members.append(.init("evidence", .string(evidence))) }
        if let address { members.append(.init("address", .integer(address))) }
        return .object(members)
    }

    init?(_ json: JSONValue) {
        guard let kind = json["kind"]?.string.flatMap(Kind.init), let at = json["at"]?.string.flatMap({ Timestamp(rfc3339: $0) }),
            let identifiers = json["identifiers"]?.array
        else { return nil }
        let hashed = identifiers.compactMap { item -> HashedIdentifier? in
            guard let pair = item.array, pair.count == 2, let kind = pair[0].string, let hash = pair[1].string else { return nil }
            return HashedIdentifier(kind: kind, hash: hash)
        }
        self.init(
            kind, at: at, person: json["person"]?.string.flatMap { PublicID($0) }, identifiers: hashed,
            brand: json["brand"]?.string, topic: json["topic"]?.string, channel: json["channel"]?.string,
            evidence: json["evidence"]?.string, address: json["address"]?.integer)
    }
}

/// Applies what the journal remembers to a database restored from an older backup.
public protocol JournalReplayer: Sendable {
    /// Called once, with everything that is remembered, before the first entry is applied: for what is done for all of them together.
    func prepare(_ entries: [JournalEntry], for database: any Database) async throws
    /// Applies one entry; applying it twice does what applying it once does.
    ///
    /// - Returns: whether anything changed.
    func replay(_ entry: JournalEntry, in db: Connection) throws -> Bool
}

extension JournalReplayer {
    public func prepare(_ entries: [JournalEntry], for database: any Database) async throws {}
}
