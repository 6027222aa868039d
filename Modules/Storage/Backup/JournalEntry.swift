import Crypto
public import RapportCore

/// A person's wish that outlives every backup: written to the journal when it is accepted, replayed by every restore.
public struct JournalEntry: Sendable, Hashable {
    public enum Kind: String, Sendable {
        /// No more messages of a topic, or on a channel.
        case optOut = "opt_out"
        /// An objection to direct marketing (GDPR, article 21).
        case objection
        /// The person was erased (GDPR, article 17).
        case erasure
    }

    public var kind: Kind
    public var at: Timestamp
    /// The person's public id at that time.
    public var person: PublicID?
    /// Whom it concerns, by hashes: the journal holds no address.
    public var identifiers: [HashedIdentifier]
    /// `nil`: every topic.
    public var topic: String?
    /// `nil`: every channel.
    public var channel: String?
    /// How it was said: `page`, `list-unsubscribe`, `import`.
    public var evidence: String?

    public init(
        _ kind: Kind, at: Timestamp, person: PublicID?, identifiers: [HashedIdentifier], topic: String? = nil,
        channel: String? = nil, evidence: String? = nil
    ) {
        self.kind = kind
        self.at = at
        self.person = person
        self.identifiers = identifiers
        self.topic = topic
        self.channel = channel
        self.evidence = evidence
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
}

extension JournalEntry {
    var json: JSONValue {
        var members: [JSONValue.Member] = [.init("kind", .string(kind.rawValue)), .init("at", .string(at.rfc3339))]
        if let person { members.append(.init("person", .string(person.description))) }
        members.append(
            .init("identifiers", .array(identifiers.map { .array([.string($0.kind), .string($0.hash)]) })))
        if let topic { members.append(.init("topic", .string(topic))) }
        if let channel { members.append(.init("channel", .string(channel))) }
        if let evidence { members.append(.init("evidence", .string(evidence))) }
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
            topic: json["topic"]?.string, channel: json["channel"]?.string, evidence: json["evidence"]?.string)
    }
}

/// Applies what the journal remembers to a database restored from an older backup.
public protocol JournalReplayer: Sendable {
    /// Applies one entry; applying it twice does what applying it once does.
    ///
    /// - Returns: whether anything changed.
    func replay(_ entry: JournalEntry, in db: Connection) throws -> Bool
}
