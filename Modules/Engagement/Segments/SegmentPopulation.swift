public import RapportCore
public import RapportStorage

/// Who is in a segment, asked of the whole population at once.
public struct SegmentPopulation: Sendable {
    /// How many people are judged in memory at a time, where SQL alone cannot say.
    private static let batch = 2_000

    public let schema: SegmentSchema
    public let house: TimeZoneRules
    public let permits: (any SegmentPermits)?

    public init(schema: SegmentSchema, house: TimeZoneRules, permits: (any SegmentPermits)? = nil) {
        self.schema = schema
        self.house = house
        self.permits = permits
    }

    /// The people of the segment at `now`, in the order of their numbers. Anonymous people are in no segment, nor are those who are
    /// restricted; those who have objected are in none that is for marketing.
    public func people(
        in expression: SegmentExpression, for purpose: SegmentPurpose = .marketing, at now: Timestamp, db: Connection
    ) throws -> [PersonID] {
        try prepare(db)
        let query = try query(expression, purpose, now, db)
        let (sql, exact) = query.people()
        let found = try db.all(sql) { $0.integer(0) }
        return exact ? found : try judged(found, expression, now, db)
    }

    /// How many people are in the segment at `now`.
    public func count(
        of expression: SegmentExpression, for purpose: SegmentPurpose = .marketing, at now: Timestamp, db: Connection
    ) throws -> Int64 {
        try prepare(db)
        let query = try query(expression, purpose, now, db)
        let (sql, exact) = query.people(selecting: "COUNT(*)", ordered: false)
        if exact { return try db.integer(sql) ?? 0 }
        return Int64(try judged(try db.all(query.people().sql) { $0.integer(0) }, expression, now, db).count)
    }

    /// PostgreSQL keeps sets of people in memory only within `work_mem`, whose default holds a few thousand.
    private func prepare(_ db: Connection) throws {
        if db.dialect == .postgres { try db.run("SET LOCAL work_mem = '256MB'") }
    }

    private func query(
        _ expression: SegmentExpression, _ purpose: SegmentPurpose, _ now: Timestamp, _ db: Connection
    ) throws -> PopulationQuery {
        let unprofiled = try Unprofiled.read(in: db)
        let leftOut = purpose == .service ? unprofiled.restricted : unprofiled.all
        var mixedZones = false
        if expression.needs.zone, let field = schema.zoneField {
            mixedZones = try db.integer("SELECT 1 FROM golden WHERE f\(raw: String(field)) IS NOT NULL LIMIT 1") != nil
        }
        return PopulationQuery(
            condition: expression.condition, now: now.milliseconds, house: house, mixedZones: mixedZones, permits: permits,
            looksAtEach: db.dialect == .sqlite, leftOut: leftOut.sorted())
    }

    private func judged(
        _ candidates: [PersonID], _ expression: SegmentExpression, _ now: Timestamp, _ db: Connection
    ) throws -> [PersonID] {
        let loader = FactsLoader(schema: schema, permits: permits)
        var out: [PersonID] = []
        for start in stride(from: 0, to: candidates.count, by: Self.batch) {
            let people = Array(candidates[start..<min(start + Self.batch, candidates.count)])
            let facts = try loader.load(people, for: expression.needs, from: now.milliseconds, in: db)
            out += people.filter { person in facts[person].map { expression.holds(for: $0, at: now, house: house) } ?? false }
        }
        return out
    }
}
