import RapportCore

extension HouseOrders {
    /// Puts orders by person and time; of those with one number of one source the last stays. Cancelled ones go.
    ///
    /// - Parameters:
    ///   - pieces: let go.
    ///   - people: above every person's number.
    static func sorted(_ pieces: inout [[Order]], people: Int) -> [Order] {
        var orders = PersonSort.gathered(&pieces, people: people, person: \.person) { own in
            dropEarlier(&own)
            own.sort(by: comesFirst)
        }
        orders.removeAll(where: \.isGone)
        return orders
    }

    /// Marks those that were placed anew under their number.
    private static func dropEarlier(_ own: inout UnsafeMutableBufferPointer<Order>) {
        // Hardly anybody has two of one number, and few have many orders: then looking at each pair is quicker than sorting.
        guard own.count > 32 ? own.contains(where: { $0.number != nil }) : hasPair(own) else { return }
        own.sort { ($0.number ?? "", $0.source, $0.placedAt, $0.event) < ($1.number ?? "", $1.source, $1.placedAt, $1.event) }
        for index in own.indices.dropLast() {
            let next = own[index + 1]
            if let number = own[index].number, number == next.number, own[index].source == next.source {
                own[index].isGone = true
            }
        }
    }

    private static func hasPair(_ own: UnsafeMutableBufferPointer<Order>) -> Bool {
        own.indices.contains { place in
            guard let number = own[place].number else { return false }
            return own[..<place].contains { $0.source == own[place].source && $0.number == number }
        }
    }

    private static func comesFirst(_ left: Order, _ right: Order) -> Bool {
        if left.placedAt != right.placedAt { return left.placedAt < right.placedAt }
        return (left.number ?? "", left.net ?? 0, left.event) < (right.number ?? "", right.net ?? 0, right.event)
    }
}
