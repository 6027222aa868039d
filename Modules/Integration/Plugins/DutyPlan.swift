public import RapportCore
public import RapportPluginKit
public import RapportStorage

/// Which instances take on which duties, as their manifests say. It writes down what they have to be told, in the transaction
/// that makes it so; `DutyDesk` tells them.
public struct DutyPlan: Sendable {
    /// An instance with duties.
    public struct Instance: Sendable, Hashable {
        /// `channels.mail`
        public var label: String
        public var duties: [Duty]
        /// The only kind of address that it knows: a channel's. `nil`: any.
        public var addresses: String?

        public init(label: String, duties: [Duty], addresses: String?) {
            self.label = label
            self.duties = duties
            self.addresses = addresses
        }
    }

    private let instances: [Instance]

    public init(_ instances: [Instance]) { self.instances = instances.filter { !$0.duties.isEmpty } }

    /// Notes a duty for every instance that takes it on and knows an address of the kind.
    ///
    /// - Parameters:
    ///   - kind: the only kind of address that it concerns; `nil`: all.
    ///   - topic: folded; `nil`: every topic.
    public func note(
        _ duty: Duty, of person: PersonID, kind: String? = nil, topic: String? = nil, at: Timestamp, now: Timestamp,
        in db: Connection
    ) throws {
        let concerned = instances.filter { instance in
            instance.duties.contains(duty) && (kind == nil || instance.addresses == nil || instance.addresses == kind)
        }
        guard !concerned.isEmpty, let id = try People.publicIDs(of: [person], in: db)[person] else { return }
        let known = try db.all(
            """
            SELECT identifier_kinds.name, identifiers.value FROM identifiers
            JOIN identifier_kinds ON identifier_kinds.id = identifiers.kind
            WHERE identifiers.person = \(person) AND identifier_kinds.name <> 'device'
            ORDER BY identifiers.kind, identifiers.value, identifiers.holder
            """
        ) { Identifier(kind: $0.text(0), value: $0.text(1)) }
        for instance in concerned {
            let only = instance.addresses ?? kind
            let addresses = known.filter { only == nil || $0.kind == only }
            guard !addresses.isEmpty else { continue }
            let list = JSONValue.array(addresses.map { ["kind": .string($0.kind), "value": .string($0.value)] })
            try db.run(
                """
                INSERT INTO plugin_duties
                    (instance, duty, person, topic, addresses, at, state, attempts, due_at, settled_at, reason)
                VALUES (\(instance.label), \(duty.rawValue), \(id), \(topic ?? ""), \(list.text), \(at), 0, 0, \(now), 0, '')
                """)
        }
    }
}
