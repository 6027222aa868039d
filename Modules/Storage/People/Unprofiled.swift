public import RapportCore

/// Whom the house may not profile: who has objected to it (GDPR, article 21) or whose record is restricted (article 18).
///
/// It is read from the permission ledger, where an objection stands from the transaction that accepts it. An objection covers
/// profiling where it names neither topic nor channel, of whatever brand, for a profile is the house's; so does one whose topic is
/// `profiling`, which stops no message. What the person says later under the same scope lifts it.
public struct Unprofiled: Sendable {
    /// The topic under which somebody objects to being profiled, and to nothing else.
    public static let topic = "profiling"

    public private(set) var objected: Set<PersonID> = []
    public private(set) var restricted: Set<PersonID> = []
    /// Since when each of them is, by the objection or restriction that still stands; the earlier of the two.
    public private(set) var since: [PersonID: Timestamp] = [:]

    public init() {}

    private init(objected: [PersonID: Timestamp], restricted: [PersonID: Timestamp]) {
        self.objected = Set(objected.keys)
        self.restricted = Set(restricted.keys)
        since = objected.merging(restricted) { min($0, $1) }
    }

    public var all: Set<PersonID> { objected.union(restricted) }

    /// - Parameter people: of these; `nil`: of everybody.
    public static func read(of people: [PersonID]? = nil, in db: Connection) throws -> Unprofiled {
        Unprofiled(objected: try objected(people, in: db), restricted: try restricted(people, in: db))
    }

    private struct Objection {
        var brand: Int64
        var topic: Int64
        var at: Timestamp
    }

    private static func objected(_ people: [PersonID]?, in db: Connection) throws -> [PersonID: Timestamp] {
        guard try db.integer("SELECT 1 FROM objections LIMIT 1") != nil else { return [:] }
        let profiling = try db.integer("SELECT id FROM symbols WHERE value = \(topic)") ?? -1
        let whom: SQL = people.map { "AND person IN \(list: $0)" } ?? ""
        var made: [PersonID: [Objection]] = [:]
        var lifted: [PersonID: [Objection]] = [:]
        try db.each(
            """
            SELECT person, lifts, brand, topic, at FROM objections
            WHERE (topic = \(profiling) OR topic = 0 AND channel = 0) \(whom) ORDER BY person, id
            """
        ) { row in
            let one = Objection(brand: row.integer(2), topic: row.integer(3), at: row.timestamp(4))
            if row.bool(1) {
                lifted[row.integer(0), default: []].append(one)
            } else {
                made[row.integer(0), default: []].append(one)
            }
        }
        // Who takes messages again has not said a word about profiling: that is lifted under its own topic.
        return Dictionary(
            uniqueKeysWithValues: made.compactMap { person, objections in
                let standing = objections.filter { objection in
                    !(lifted[person] ?? []).contains {
                        $0.at > objection.at && $0.topic == objection.topic && ($0.brand == 0 || $0.brand == objection.brand)
                    }
                }
                return standing.map(\.at).min().map { (person, $0) }
            })
    }

    /// Restrictions that nobody has lifted since.
    private static func restricted(_ people: [PersonID]?, in db: Connection) throws -> [PersonID: Timestamp] {
        guard try db.integer("SELECT 1 FROM restrictions LIMIT 1") != nil else { return [:] }
        let whom: SQL = people.map { "WHERE person IN \(list: $0)" } ?? ""
        var last: [PersonID: (at: Timestamp, lifts: Bool)] = [:]
        try db.each("SELECT person, lifts, at FROM restrictions \(whom) ORDER BY person, id") { row in
            let (lifts, at) = (row.bool(1), row.timestamp(2))
            if let known = last[row.integer(0)], known.at > at { return }
            last[row.integer(0)] = (at, lifts)
        }
        return last.filter { !$0.value.lifts }.mapValues(\.at)
    }
}
