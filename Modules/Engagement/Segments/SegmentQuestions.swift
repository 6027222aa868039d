public import RapportCore
public import RapportStorage

/// What people ask of segments, on the command line and on pages. Everything reads; nothing is changed.
public struct SegmentQuestions: Sendable {
    /// A segment and why somebody is in it or not.
    public struct Explained: Sendable, Hashable {
        public var name: String
        /// Since when the person is a member, as of the clock of their partition.
        public var since: Timestamp?
        public var explanation: SegmentExplanation
        /// Why the person is in no such segment whatever its expression says; `nil` for most.
        public var leftOut: LeftOut?
    }

    /// What keeps somebody out of segments.
    public enum LeftOut: String, Sendable, Hashable {
        case objected
        case restricted
    }

    let house: TimeZoneRules
    let permits: (any SegmentPermits)?

    public init(house: TimeZoneRules, permits: (any SegmentPermits)? = nil) {
        self.house = house
        self.permits = permits
    }

    /// The checked expression, for its canonical text.
    ///
    /// - Throws: `Problem` `segment.*` that points at the character.
    public func check(_ text: String, in db: Connection) throws -> SegmentExpression {
        var schema = try SegmentSchema.read(in: db, permits: permits)
        schema.insistsOnBudgets = true
        return try schema.expression(text, in: db)
    }

    /// How many people an expression finds at `now`. Segments that it mentions count as they stand.
    ///
    /// - Throws: `Problem` `segment.filling` while one that it mentions is not live yet.
    public func count(
        _ text: String, for purpose: SegmentPurpose = .marketing, at now: Timestamp, in db: Connection
    ) throws -> Int64 {
        let (schema, expression) = try ready(text, in: db)
        return try SegmentPopulation(schema: schema, house: house, permits: permits)
            .count(of: expression, for: purpose, at: now, db: db)
    }

    /// The people whom an expression finds at `now`, in the order of their numbers.
    ///
    /// - Throws: as `count`.
    public func people(_ text: String, at now: Timestamp, in db: Connection) throws -> [PersonID] {
        let (schema, expression) = try ready(text, in: db)
        return try SegmentPopulation(schema: schema, house: house, permits: permits).people(in: expression, at: now, db: db)
    }

    /// The checked expression, once the segments that it mentions are live.
    private func ready(_ text: String, in db: Connection) throws -> (SegmentSchema, SegmentExpression) {
        let schema = try SegmentSchema.read(in: db, permits: permits)
        let expression = try schema.expression(text, in: db)
        if !expression.needs.segments.isEmpty {
            for status in try SegmentStore.all(in: db)
            where expression.needs.segments.contains(status.id) && status.state != .live {
                throw Problem(
                    "segment.filling", "the segment \"\(status.name)\" is still being filled", remedy: "Ask again in a moment.")
            }
        }
        return (schema, expression)
    }

    /// Judges a person by every segment, or by those called `names`.
    ///
    /// - Throws: `Problem` `segment.not_found` for a name that no segment has.
    public func explain(
        _ person: PersonID, segments names: [String] = [], at now: Timestamp, in db: Connection
    ) throws -> [Explained] {
        let all = try SegmentStore.all(in: db)
        for name in names where !all.contains(where: { $0.name == name }) {
            let near = Spelling.nearest(to: name, in: all.map(\.name))
            throw Problem(
                "segment.not_found", "there is no segment called \"\(name)\"", remedy: near.map { "Did you mean \"\($0)\"?" })
        }
        let schema = try SegmentSchema.read(in: db, permits: permits)
        let since = Dictionary(try SegmentStore.segments(of: person, in: db).map { ($0.name, $0.since) }) { first, _ in first }
        let loader = FactsLoader(schema: schema, permits: permits)
        let unprofiled = try Unprofiled.read(of: [person], in: db)
        return try all.filter { names.isEmpty || names.contains($0.name) }.map { status in
            let expression = try schema.expression(status.expression, in: db)
            let facts = try loader.load([person], for: expression.needs, from: now.milliseconds, in: db)
            var leftOut: LeftOut? = unprofiled.restricted.contains(person) ? .restricted : nil
            if leftOut == nil, status.purpose == .marketing, unprofiled.objected.contains(person) { leftOut = .objected }
            let explanation = expression.explain(for: facts[person] ?? PersonFacts(), at: now, house: house, schema: schema)
            return Explained(name: status.name, since: since[status.name], explanation: explanation, leftOut: leftOut)
        }
    }

    /// The person whom a public id or any identifier names.
    ///
    /// - Throws: `Problem` `person.not_found`, and `person.ambiguous` where several people share the identifier.
    public func person(_ reference: String, in db: Connection) throws -> PersonID {
        if let id = PublicID(reference), let person = try db.integer("SELECT id FROM people WHERE public_id = \(id.description)")
        {
            return try db.integer("SELECT COALESCE(survivor, id) FROM people WHERE id = \(person)") ?? person
        }
        var found: Set<PersonID> = []
        let kinds = try db.all("SELECT id, name FROM identifier_kinds ORDER BY id") { (id: $0.integer(0), name: $0.text(1)) }
        for kind in kinds {
            guard let value = try? Identifier.normalised(kind: kind.name, value: reference).value else { continue }
            try db.each("SELECT person FROM identifiers WHERE kind = \(kind.id) AND value = \(value) AND person <> 0") {
                found.insert($0.integer(0))
            }
        }
        guard let person = found.first else {
            throw Problem(
                "person.not_found", "nobody has the id or identifier \"\(reference)\"",
                remedy: "Give a person's id, email address, phone number with country code, or customer number.")
        }
        guard found.count == 1 else {
            throw Problem("person.ambiguous", "\(found.count) people share \"\(reference)\"", remedy: "Give a person's id.")
        }
        return person
    }
}
