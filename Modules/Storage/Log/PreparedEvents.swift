import RapportCore

/// Events that passed the door's checks and are written as JSON. That needs nothing but the events, so that whoever brings them
/// does it on a thread of his own.
struct CheckedEvents: Sendable {
    var events: [NewEvent] = []
    /// Those that passed, in their order, and why the others did not.
    var items: [DoorBatch.Item] = []
    var refusals: [(index: Int, problem: Problem)] = []

    init(_ events: [NewEvent]) {
        self.events = events
        items.reserveCapacity(events.count)
        for (index, event) in events.enumerated() {
            do {
                items.append(try DoorBatch.Item(index, event))
            } catch {
                refusals.append((index, error as? Problem ?? Problem("event.invalid", "\(error)")))
            }
        }
    }

    /// What several brought, one after the other.
    init(joining parts: [CheckedEvents]) {
        for part in parts {
            let start = events.count
            events += part.events
            items += part.items.map { item in
                var item = item
                item.index += start
                return item
            }
            refusals += part.refusals.map { (start + $0.index, $0.problem) }
        }
    }
}

/// Events made ready for the door: checked, and their identifiers looked at by the rules. That is most of the door's work and
/// needs no database, so whoever has many events prepares some while others are being written.
public struct PreparedEvents: Sendable {
    let checked: CheckedEvents
    /// The identifiers of those items that name no person.
    let identities: IdentityBatch

    public var events: [NewEvent] { checked.events }

    init(_ checked: CheckedEvents, _ rules: IdentityRuleBook.Edition) {
        self.checked = checked
        identities = IdentityBatch(
            checked.items.compactMap { item in
                checked.events[item.index].isAsking ? checked.events[item.index].identifiers : nil
            }, rules)
    }
}

extension Door {
    /// Makes events ready to be accepted. The same events may be accepted again after a transaction that failed.
    public func prepare(_ events: [NewEvent]) -> PreparedEvents { prepare(CheckedEvents(events)) }

    func prepare(_ checked: CheckedEvents) -> PreparedEvents { PreparedEvents(checked, resolver.book.remembered) }
}
