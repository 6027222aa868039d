import RapportCore

extension DoorBatch {
    /// One event on its way.
    struct Item: Sendable {
        /// Where in the batch it came.
        var index: Int
        var event: NewEvent
        var properties: String
        var personal: String?
        var dedupe: DedupeColumns?
        var kind: Int64 = 0
        var slots: [Int64?] = [nil, nil, nil, nil]
        var source: Source?
        var person: PersonID = 0
        var profile: ProfileID = 0
        var partition = Partition.house
        var position: Int64 = 0
    }
}

extension DoorBatch.Item {
    /// - Throws: `Problem` of what the door asks of every event.
    init(_ index: Int, _ event: NewEvent) throws {
        try event.check()
        let properties = event.properties.text
        let personal = event.personal?.text
        let size = properties.utf8.count + (personal?.utf8.count ?? 0)
        try event.check(size: size)
        self.init(
            index: index, event: event, properties: properties, personal: personal,
            dedupe: event.dedupeKey.map(DedupeColumns.init))
    }

    /// Whether identity has to say whose it is.
    var isAsking: Bool { event.person == nil && !event.identifiers.isEmpty }
    var ref: EventRef { EventRef(partition: partition, position: position) }
    /// 0 or the number of the values that stay out of the event's row.
    var personalNumber: Int64 { personal == nil ? 0 : PersonalValues.number(of: ref) }

    /// As it will be read from the log.
    func event(receivedAt: Timestamp) -> Event {
        let saidAt = event.occurredAt ?? receivedAt
        let occurredAt = min(saidAt, receivedAt)
        let isHistory = event.history || occurredAt < receivedAt - (source?.horizon ?? Source.usualHorizon)
        return Event(
            ref: ref, person: person, profile: profile, kind: kind, source: source?.id ?? 0, occurredAt: occurredAt,
            receivedAt: receivedAt, history: isHistory, depth: event.depth, cause: event.cause, slots: slots,
            personal: personalNumber, properties: saidAt > receivedAt ? keeping(saidAt) : properties)
    }

    /// What it says, taken apart; `nil` where that is not what is written.
    func said(receivedAt: Timestamp) -> EventsAtHand.Said? {
        guard event.occurredAt ?? receivedAt <= receivedAt, event.properties.isReadAlike, event.personal?.isReadAlike ?? true
        else { return nil }
        return EventsAtHand.Said(properties: event.properties, personal: event.personal)
    }

    /// The properties with the time that lay in the future, which was cut to the moment of receipt.
    private func keeping(_ original: Timestamp) -> String {
        guard case .object(let members) = event.properties else { return properties }
        return JSONValue.object(members + [.init("original_occurred_at", .string(original.rfc3339))]).text
    }
}
