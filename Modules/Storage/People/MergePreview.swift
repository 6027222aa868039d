public import RapportCore

/// What two people would be as one, beside what each is.
public struct MergePreview: Sendable {
    public enum Side: String, Sendable, Hashable { case one, other }

    public struct Field: Sendable, Hashable {
        public var name: String
        public var one: FieldReading?
        public var other: FieldReading?
        /// By the field's rule.
        public var merged: FieldReading?
    }

    public var pair: MatchPair
    public var one: PersonHit
    public var other: PersonHit
    /// Those that either has, in the order of their declaration.
    public var fields: [Field]
    public var identifiers: (one: [PersonRecord.Known], other: [PersonRecord.Known])

    /// - Parameters:
    ///   - one: who would stay.
    ///   - other: who would become an alias.
    /// - Throws: `Problem` `merge.nobody` or `merge.same`.
    public init(_ one: PersonID, _ other: PersonID, in db: Connection) throws {
        let now = try People.current([one, other], in: db)
        guard let first = now[one]?.person, let second = now[other]?.person else {
            throw Problem("merge.nobody", "there is no such person")
        }
        guard first != second else {
            throw Problem(
                "merge.same", "they are one person already", remedy: "Take them apart with `rapport duplicates unmerge`.")
        }
        let hits = try People.hits([first, second], in: db)
        guard hits.count == 2 else { throw Problem("merge.nobody", "there is no such person") }
        pair = MatchPair(first, second)
        (self.one, self.other) = (hits[0], hits[1])
        let apart = try People.fields(of: [first, second], in: db)
        let together = try People.fieldsTogether(of: [first, second], in: db)
        fields = together.map { merged in
            Field(
                name: merged.name, one: apart[first]?.first { $0.name == merged.name },
                other: apart[second]?.first { $0.name == merged.name }, merged: merged)
        }
        let known = try People.identifiers(of: [first, second], in: db)
        identifiers = (known[first] ?? [], known[second] ?? [])
    }

    /// Whether a value that is confirmed now would hold against what would hold without.
    private static func checkChoice(_ chosen: FieldReading, against merged: FieldReading) throws {
        let name = chosen.name
        for rule in chosen.definition.survivorship.rules {
            switch rule {
            case .confirmed, .latest: return
            case .complete:
                guard ShortForm.isShort(chosen.text, of: merged.text) else { continue }
                throw Problem(
                    "merge.field", "\(chosen.text) is a short form of \(merged.text), and \(name) keeps the fuller one",
                    remedy: "Change the field's survivorship.")
            case .trusted(let sources):
                let places = [merged, chosen].map { sources.firstIndex(of: $0.source) ?? sources.count }
                guard places[0] < places[1] else { continue }
                throw Problem(
                    "merge.field", "\(name) is what \(sources.joined(separator: ", then ")) says of it, whoever chooses",
                    remedy: "Correct it there, or change the field's survivorship.")
            }
        }
    }

    /// What has a field's value of one side hold once they are merged: it is confirmed where it came from, so that an unmerge leaves
    /// each with their own. Nothing where it would hold anyway.
    ///
    /// - Throws: `Problem` `merge.field` where there is no such value, or the field's rule trusts other sources.
    public func confirming(_ name: String, of side: Side, at wall: Timestamp, in db: Connection) throws -> [NewEvent] {
        guard let field = fields.first(where: { $0.name == name }), let chosen = side == .one ? field.one : field.other,
            let saying = chosen.sayings.first, let value = saying.value
        else {
            let known = fields.filter { ($0.one != nil) && ($0.other != nil) }.map(\.name)
            throw Problem(
                "merge.field", "there is no \(name) of \(side.rawValue)",
                remedy: known.isEmpty ? nil : "Both have \(known.joined(separator: ", ")).")
        }
        if field.merged?.sayings.first == saying { return [] }
        if let merged = field.merged { try Self.checkChoice(chosen, against: merged) }
        let sorted = try FieldStore.read(in: db).sort([.init(name, value)])
        return [
            NewEvent(
                kind: FieldsFold.eventKind, source: saying.source, person: side == .one ? one.id : other.id,
                profile: saying.profile, occurredAt: wall,
                properties: ["fields": .object(sorted.properties), "confirmed": true],
                personal: sorted.personal.isEmpty ? nil : ["fields": .object(sorted.personal)])
        ]
    }
}
