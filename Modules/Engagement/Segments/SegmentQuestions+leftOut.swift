public import RapportCore
public import RapportStorage

extension SegmentQuestions {
    private static let batch = 2_000

    /// Those who would be in each segment if they had not objected, or were not restricted: judged by what is known at `now`.
    ///
    /// - Parameters:
    ///   - names: of segments; one that there is not leaves out nobody.
    ///   - people: of these; `nil`: of everybody.
    public func leftOut(
        of names: [String], among people: [PersonID]? = nil, at now: Timestamp, in db: Connection
    ) throws -> [String: [PersonID: LeftOut]] {
        let unprofiled = try Unprofiled.read(of: people, in: db)
        let candidates = try db.all(
            "SELECT id FROM people WHERE id IN \(list: unprofiled.all.sorted()) AND state = 0 AND anonymous = 0 ORDER BY id"
        ) { $0.integer(0) }
        guard !candidates.isEmpty else { return [:] }
        let all = Dictionary(try SegmentStore.all(in: db).map { ($0.id, $0) }) { first, _ in first }
        let schema = try SegmentSchema.read(in: db, permits: permits)
        let loader = FactsLoader(schema: schema, permits: permits)
        var judged: [Int64: Set<PersonID>] = [:]
        /// Who is in a segment as its expression has it, and as those that it mentions have it.
        func judge(_ id: Int64) throws -> Set<PersonID> {
            if let known = judged[id] { return known }
            guard let status = all[id] else { return [] }
            let expression = try schema.expression(status.expression, in: db)
            var inner: [Int64: Set<PersonID>] = [:]
            for segment in expression.needs.segments { inner[segment] = try judge(segment) }
            var found: Set<PersonID> = []
            for start in stride(from: 0, to: candidates.count, by: Self.batch) {
                let some = Array(candidates[start...].prefix(Self.batch))
                var facts = try loader.load(some, for: expression.needs, from: now.milliseconds, in: db)
                for person in some {
                    facts[person]?.segments = Set(inner.filter { $0.value.contains(person) }.keys)
                    if let own = facts[person], expression.holds(for: own, at: now, house: house) { found.insert(person) }
                }
            }
            judged[id] = found
            return found
        }
        var out: [String: [PersonID: LeftOut]] = [:]
        for status in all.values where names.contains(status.name) {
            for person in try judge(status.id) {
                if unprofiled.restricted.contains(person) {
                    out[status.name, default: [:]][person] = .restricted
                } else if status.purpose == .marketing {
                    out[status.name, default: [:]][person] = .objected
                }
            }
        }
        return out
    }
}
