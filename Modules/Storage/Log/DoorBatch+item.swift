import RapportCore

extension DoorBatch {
    /// An event that passed the door's checks, as it is written: made before the transaction, and never changed in it.
    struct Item: Sendable {
        /// Where in the batch it came.
        var index: Int
        var properties: String
        var personal: String?
        var dedupe: DedupeColumns?

        /// - Throws: `Problem` of what the door asks of every event.
        init(_ index: Int, _ event: NewEvent) throws {
            try event.check()
            self.index = index
            properties = event.properties.text
            personal = event.personal?.text
            dedupe = event.dedupeKey.map(DedupeColumns.init)
            try event.check(size: properties.utf8.count + (personal?.utf8.count ?? 0))
        }
    }

    /// Where one of the items goes.
    struct Place: Sendable {
        /// Which of the items.
        var item: Int
        /// Where in the batch its event came.
        var index: Int
        var dedupe: DedupeColumns?
        var kind: Int64 = 0
        var slots: [Int64?] = Event.noSlots
        var source: Int64 = 0
        /// Older than this when it is received, it is history.
        var horizon = Source.usualHorizon
        var person: PersonID = 0
        var profile: ProfileID = 0
        var partition = Partition.house
        var position: Int64 = 0
        /// When the person was first heard of, if this event is the first of somebody new.
        var newcomer: Timestamp?

        var ref: EventRef { EventRef(partition: partition, position: position) }
    }

    /// Whether identity has to say whose it is.
    func isAsking(_ place: Place) -> Bool { prepared.checked.events[place.index].isAsking }

    /// As it will be read from the log.
    func event(at place: Place, receivedAt: Timestamp) -> Event {
        let saidAt = prepared.checked.events[place.index].occurredAt ?? receivedAt
        let occurredAt = min(saidAt, receivedAt)
        let isHistory = prepared.checked.events[place.index].history || occurredAt < receivedAt - place.horizon
        let hasPersonal = prepared.checked.items[place.item].personal != nil
        return Event(
            ref: place.ref, person: place.person, profile: place.profile, kind: place.kind, source: place.source,
            occurredAt: occurredAt, receivedAt: receivedAt, history: isHistory,
            depth: prepared.checked.events[place.index].depth, cause: prepared.checked.events[place.index].cause,
            slots: place.slots, personal: hasPersonal ? PersonalValues.number(of: place.ref) : 0,
            properties: saidAt > receivedAt ? keeping(saidAt, place) : prepared.checked.items[place.item].properties)
    }

    /// What it says, taken apart; `nil` where that is not what is written.
    func said(at place: Place, receivedAt: Timestamp) -> EventsAtHand.Said? {
        let event = prepared.checked.events[place.index]
        guard event.occurredAt ?? receivedAt <= receivedAt, event.properties.isReadAlike, event.personal?.isReadAlike ?? true
        else { return nil }
        return EventsAtHand.Said(properties: event.properties, personal: event.personal)
    }

    /// The properties with the time that lay in the future, which was cut to the moment of receipt.
    private func keeping(_ original: Timestamp, _ place: Place) -> String {
        guard case .object(let members) = prepared.checked.events[place.index].properties else {
            return prepared.checked.items[place.item].properties
        }
        return JSONValue.object(members + [.init("original_occurred_at", .string(original.rfc3339))]).text
    }
}

extension NewEvent {
    /// Whether identity has to say whose it is.
    var isAsking: Bool { person == nil && !identifiers.isEmpty }
}
