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
