public import RapportCore

/// What was said of a number of one person's, by whichever sources.
public struct OrderFamily {
    public struct Key: Hashable {
        public var person: PersonID
        public var number: String

        public init(person: PersonID, number: String) {
            self.person = person
            self.number = number
        }
    }

    private struct Placing {
        var source: Int64
        var at: Timestamp
        var ref: EventRef
        var placed: PlacedOrder
    }

    private struct Sequel {
        var source: Int64
        var event: OrderMoney.Event
        var ref: EventRef
    }

    private var placings: [Placing] = []
    private var sequels: [Sequel] = []

    public init() {}

    /// What places an order.
    public static let placing = "order.placed"
    /// What lessens one.
    public static let sequels = ["order.cancelled", "order.refunded", "order.returned"]

    /// - Parameter placed: with the names of products.
    public mutating func add(_ placed: PlacedOrder, source: Int64, at moment: Timestamp, _ ref: EventRef) {
        placings.append(Placing(source: source, at: moment, ref: ref, placed: placed))
    }

    public mutating func add(_ sequel: OrderMoney.Event, source: Int64, _ ref: EventRef) {
        sequels.append(Sequel(source: source, event: sequel, ref: ref))
    }

    /// What was placed last under a number of a source is what the order is.
    ///
    /// - Parameter costs: see `OrderMoney`.
    public func orders(
        costs: (_ product: String, _ currency: String?, _ at: Timestamp) -> Int64? = { _, _, _ in nil }
    ) -> [OrderFact] {
        let bySource = Dictionary(grouping: placings, by: \.source)
        // The helpdesk refunds what the shop sold, where one shop alone has the number.
        let home = bySource.count == 1 ? bySource.keys.first : nil
        let ownSequels = Dictionary(grouping: sequels) { bySource[$0.source] != nil ? $0.source : home }
        let isAlone = placings.count + sequels.count == 1
        let changedAt = isAlone ? nil : (placings.map(\.at) + sequels.map(\.event.at)).max()
        return bySource.compactMap { source, placings in
            guard let last = placings.max(by: { ($0.at, $0.ref) < ($1.at, $1.ref) }) else { return nil }
            let events = (ownSequels[source] ?? []).sorted { ($0.event.at, $0.ref) < ($1.event.at, $1.ref) }.map(\.event)
            return OrderFact(
                last.placed, OrderMoney(last.placed, at: last.at, events, costs: costs), source: source, at: last.at, last.ref,
                changedAt: changedAt)
        }
    }
}
