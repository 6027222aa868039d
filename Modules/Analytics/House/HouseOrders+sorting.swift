import RapportCore
import RapportStorage

extension HouseOrders {
    /// Puts orders by person and time; of those with one number of one source the last stays. Cancelled ones go.
    ///
    /// - Parameters:
    ///   - pieces: let go.
    ///   - people: above every person's number.
    static func sorted(_ pieces: inout [[Order]], people: Int) -> [Order] {
        var orders = PersonSort.gathered(&pieces, people: people, person: \.person) { own in
            dropEarlier(&own)
            own.sort { $0.fact.comesBefore($1.fact) }
        }
        orders.removeAll { $0.fact.isCancelled }
        return orders
    }

    /// Marks those that were placed anew under their number.
    private static func dropEarlier(_ own: inout UnsafeMutableBufferPointer<Order>) {
        // Hardly anybody has two of one number, and few have many orders: then looking at each pair is quicker than sorting.
        guard own.count > 32 ? own.contains(where: { $0.fact.number != nil }) : hasPair(own) else { return }
        own.sort {
            ($0.fact.number ?? "", $0.fact.source, $0.fact.placedAt, $0.fact.event)
                < ($1.fact.number ?? "", $1.fact.source, $1.fact.placedAt, $1.fact.event)
        }
        for index in own.indices.dropLast() {
            let next = own[index + 1].fact
            if let number = own[index].fact.number, number == next.number, own[index].fact.source == next.source {
                own[index].fact.isCancelled = true
            }
        }
    }

    private static func hasPair(_ own: UnsafeMutableBufferPointer<Order>) -> Bool {
        own.indices.contains { place in
            guard let number = own[place].fact.number else { return false }
            return own[..<place].contains { $0.fact.source == own[place].fact.source && $0.fact.number == number }
        }
    }
}
