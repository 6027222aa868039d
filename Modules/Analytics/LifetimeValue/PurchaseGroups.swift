/// Customers of the same number of repeats and the same age, of whom the models expect the same while they stay.
struct PurchaseGroups: Sendable {
    struct Kind: Sendable, Hashable {
        var frequency: Int
        var ageDays: Int
    }

    /// In the order in which they come among the customers.
    let kinds: [Kind]
    /// Customers of each kind.
    let counts: [Int]
    /// The kind of each customer.
    let places: [Int32]
    /// The customers, kind after kind, in their order.
    let ordered: [Int32]

    init(_ summary: PurchaseSummary) {
        var known: [Int: Int32] = [:]
        var kinds: [Kind] = []
        var counts: [Int] = []
        places = summary.customers.map { customer in
            // An age fits in 32 bits, as days do.
            let key = customer.frequency << 32 | customer.ageDays
            if let place = known[key] {
                counts[Int(place)] += 1
                return place
            }
            let place = Int32(kinds.count)
            known[key] = place
            kinds.append(Kind(frequency: customer.frequency, ageDays: customer.ageDays))
            counts.append(1)
            return place
        }
        var next = [Int](repeating: 0, count: counts.count)
        for place in counts.indices.dropFirst() { next[place] = next[place - 1] + counts[place - 1] }
        var ordered = [Int32](repeating: 0, count: places.count)
        for (customer, place) in places.enumerated() {
            ordered[next[Int(place)]] = Int32(customer)
            next[Int(place)] += 1
        }
        (self.kinds, self.counts, self.ordered) = (kinds, counts, ordered)
    }
}
