public import RapportCore

/// What the house has concluded of people: values of fields that an analysis said, as the source `rapport`.
public enum Conclusions {
    /// The source of what the house says by itself.
    public static let source = "rapport"

    /// The events that say of each conclusion that stands of these people that there is no such value. What others said under the
    /// same name stays.
    public static func takingBack(of people: [PersonID], in db: Connection) throws -> [NewEvent] {
        guard !people.isEmpty else { return [] }
        var said: Set<EventRef> = []
        try db.each(
            """
            SELECT timeline.partition, timeline.position FROM timeline
            JOIN kinds ON kinds.id = timeline.kind
            JOIN events ON events.partition = timeline.partition AND events.position = timeline.position
            JOIN sources ON sources.id = events.source
            WHERE timeline.person IN \(list: people) AND kinds.name = \(FieldsFold.eventKind) AND sources.name = \(source)
            """
        ) { said.insert(EventRef(partition: $0.int(0), position: $0.integer(1))) }
        guard !said.isEmpty else { return [] }
        let fields = try FieldStore.read(in: db).fields
        return try People.told(of: people, in: db).sorted { $0.key < $1.key }.flatMap { person, tellings in
            tellings.compactMap { telling -> NewEvent? in
                let gone = fields.filter { field in
                    telling.provenance.said[field.slot].map { $0.value != nil && said.contains($0.stamp.ref) } ?? false
                }
                guard !gone.isEmpty else { return nil }
                return NewEvent(
                    kind: FieldsFold.eventKind, source: source, person: person, profile: telling.profile,
                    properties: ["fields": .object(gone.map { .init($0.definition.name, .null) })], history: true)
            }
        }
    }
}
