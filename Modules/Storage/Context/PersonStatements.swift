import RapportCore

/// What folds of a person's context share: whose state has to be worked out, and from which events.
///
/// Whoever is new has it worked out from the events in hand; others from all of theirs that say something.
struct PersonStatements<Statement> {
    /// Kinds of events that say something by themselves, and `person.identified`, where some of them do.
    let kinds: [Int64: String]
    /// Whether a `person.identified` may say something: cheap.
    let mentions: (Event) -> Bool
    /// Whether a newcomer of whom only this event speaks has nothing that is kept: known without reading the event.
    var isPlain: (Event) -> Bool = { _ in false }
    let read: (Event, String) throws -> Statement?

    func speaks(_ event: Event) -> Bool {
        guard event.person != 0, let kind = kinds[event.kind] else { return false }
        return kind != FieldsFold.eventKind || (event.profile != 0 && mentions(event))
    }

    /// What events in hand say, by person: of newcomers what they say, of others everything.
    ///
    /// - Parameter speaking: those of `events` that say something: who had them looked through need not do so again.
    func said(by speaking: [Event], among events: [Event], in step: StepContext) throws -> [PersonID: [Statement]] {
        guard !speaking.isEmpty else { return [:] }
        let people = Set(speaking.map(\.person))
        var inHand: [PersonID: Int64] = [:]
        inHand.reserveCapacity(people.count)
        for event in events where people.contains(event.person) && kinds[event.kind] != nil {
            inHand[event.person, default: 0] += 1
        }
        var all = inHand
        let asked = step.known(among: people)
        for person in asked { all[person] = nil }
        try step.db.each(
            """
            SELECT person, SUM(count) FROM totals WHERE person IN \(list: asked) AND kind IN \(list: kinds.keys.sorted())
            GROUP BY person ORDER BY person
            """
        ) { all[$0.integer(0)] = $0.integer(1) }
        let known = Set(asked.filter { all[$0] != inHand[$0] })
        var out = try said(by: known.sorted(), in: step.db)
        let plain = Set(speaking.filter { all[$0.person] == 1 && isPlain($0) }.map(\.person)).subtracting(known)
        for event in speaking where !known.contains(event.person) && !plain.contains(event.person) {
            if let statement = try read(event, kinds[event.kind] ?? "") { out[event.person, default: []].append(statement) }
        }
        return out
    }

    /// All that handled events say of people; whoever has none has an empty list.
    func said(by people: [PersonID], in db: Connection) throws -> [PersonID: [Statement]] {
        var out = Dictionary(people.map { ($0, [Statement]()) }) { first, _ in first }
        guard !people.isEmpty, !kinds.isEmpty else { return out }
        try db.each(
            """
            SELECT \(raw: Event.columns) FROM timeline
            JOIN events ON events.partition = timeline.partition AND events.position = timeline.position
            WHERE timeline.person IN \(list: people) AND timeline.kind IN \(list: kinds.keys.sorted())
            """
        ) { row in
            let event = Event(row)
            guard speaks(event), let statement = try read(event, kinds[event.kind] ?? "") else { return }
            out[event.person, default: []].append(statement)
        }
        return out
    }
}

extension JSONValue {
    /// A moment that a property states: ISO 8601 (of UTC without an offset), a day, or milliseconds.
    func moment(_ name: String) -> Timestamp? {
        guard let value = self[name] else { return nil }
        if let text = value.string { return Timestamp(iso8601: text) }
        return value.integer.map { Timestamp(milliseconds: $0) }
    }

    /// When what an event says holds from, and whether that is stated.
    func time(_ event: Event, _ name: String) -> (time: StatementTime, isDated: Bool) {
        let stated = moment(name)
        let time = StatementTime(
            at: stated ?? event.occurredAt, occurredAt: event.occurredAt, receivedAt: event.receivedAt, ref: event.ref)
        return (time, stated != nil)
    }
}
