import RapportCore

/// Events made ready for the door: checked, written as JSON, their identifiers looked at by the rules. That is most of the
/// door's work and needs no database, so whoever has many events prepares some while others are being written.
public struct PreparedEvents: Sendable {
    public let events: [NewEvent]
    /// Events that passed the checks, in their order, and why the others did not.
    let items: [DoorBatch.Item]
    let refusals: [(index: Int, problem: Problem)]
    /// The identifiers of those items that name no person.
    let identities: IdentityBatch

    init(_ events: [NewEvent], _ rules: IdentityRuleBook.Edition) {
        self.events = events
        var items: [DoorBatch.Item] = []
        var refusals: [(index: Int, problem: Problem)] = []
        items.reserveCapacity(events.count)
        for (index, event) in events.enumerated() {
            do {
                items.append(try DoorBatch.Item(index, event))
            } catch {
                refusals.append((index, error as? Problem ?? Problem("event.invalid", "\(error)")))
            }
        }
        identities = IdentityBatch(items.filter(\.isAsking).map(\.event.identifiers), rules)
        self.items = items
        self.refusals = refusals
    }
}

extension Door {
    /// Makes events ready to be accepted. The same events may be accepted again after a transaction that failed.
    public func prepare(_ events: [NewEvent]) -> PreparedEvents { PreparedEvents(events, resolver.book.remembered) }
}
