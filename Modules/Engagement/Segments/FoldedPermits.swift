public import RapportCore
public import RapportStorage

/// What segments know of permissions: who has one that is proven, confirmed where it was asked for, and not taken back. The
/// rules of a country, and the moment, are the decision's matter.
public struct FoldedPermits: SegmentPermits {
    let catalog: Catalog
    let channels: Set<String>

    /// - Parameter channels: the kinds of addresses that the house's channels use.
    public init(catalog: Catalog, channels: Set<String> = ["email", "phone", "post"]) {
        self.catalog = catalog
        self.channels = channels
    }

    public func vocabulary(in db: Connection) throws -> (topics: Set<String>, channels: Set<String>) {
        let topics = try DefinitionStore(handlers: []).current("topic", in: db).map { Text.folded($0.name) }
        return (Set(topics), channels)
    }

    public func permits(of people: [PersonID], among permits: Set<SegmentPermit>, in db: Connection) throws
        -> [PersonID: Set<SegmentPermit>]
    {
        var out: [PersonID: Set<SegmentPermit>] = [:]
        var wanted: [(permit: SegmentPermit, topic: Int64, channel: Int64)] = []
        for permit in permits {
            guard let topic = try catalog.existingSymbol(Text.folded(permit.topic), in: db) else { continue }
            wanted.append((permit, topic, try catalog.existingSymbol(Text.folded(permit.channel), in: db) ?? -1))
        }
        guard !wanted.isEmpty else { return out }
        typealias Given = (brand: BrandID, topic: TopicID, channel: ChannelID, imported: Bool, at: Timestamp)
        var given: [PersonID: [Given]] = [:]
        try db.each(
            """
            SELECT person, brand, topic, channel, imported, at FROM permissions
            WHERE person IN \(list: people) AND status > 0 AND proven = 1 ORDER BY person, id
            """
        ) { row in
            given[row.integer(0), default: []].append(
                (row.integer(1), row.integer(2), row.integer(3), row.bool(4), row.timestamp(5)))
        }
        let against = try optOuts(of: people, in: db)
        for (person, entries) in given {
            for one in wanted {
                let holds = entries.contains { entry in
                    PermissionScope(brand: entry.brand, topic: entry.topic, channel: entry.channel)
                        .covers(brand: entry.brand, topic: one.topic, channel: one.channel)
                        && !(against[person] ?? []).contains {
                            $0.scope.covers(brand: entry.brand, topic: one.topic, channel: one.channel)
                                && ($0.isObjection || entry.imported || $0.at >= entry.at)
                        }
                }
                if holds { out[person, default: []].insert(one.permit) }
            }
        }
        return out
    }

    private func optOuts(of people: [PersonID], in db: Connection) throws -> [PersonID: [(
        scope: PermissionScope, at: Timestamp, isObjection: Bool
    )]] {
        var out: [PersonID: [(scope: PermissionScope, at: Timestamp, isObjection: Bool)]] = [:]
        try db.each(
            "SELECT person, brand, topic, channel, at FROM withdrawals WHERE person IN \(list: people) ORDER BY person, id"
        ) { row in
            let scope = PermissionScope(brand: row.integer(1), topic: row.integer(2), channel: row.integer(3))
            out[row.integer(0), default: []].append((scope, row.timestamp(4), false))
        }
        for (person, objections) in try Objections.inForce(people, in: db) {
            out[person, default: []] += objections.map { ($0.scope, $0.at, true) }
        }
        return out
    }

    public func population(of permit: SegmentPermit) -> SQL {
        "SELECT DISTINCT person FROM permissions WHERE status > 0 AND proven = 1"
    }
}
