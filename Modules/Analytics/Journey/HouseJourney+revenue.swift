import RapportCore
import RapportStorage

extension HouseJourney {
    /// What people bought in the time, for each stage that they had been in by then.
    ///
    /// - Returns: how many orders are left out, for want of an amount or a rate.
    func bring(_ found: inout [JourneyFigures.Stage]) throws -> Int {
        guard try catalog.existingKind("order.placed", in: db) != nil else { return 0 }
        let house = try HouseOrders.read(
            catalog, placed: [Timestamp(milliseconds: from)..<Timestamp(milliseconds: max(from, to))], until: asOf, in: db)
        for place in found.indices { found[place].revenue = 0 }
        var last = [PersonID](repeating: 0, count: found.count)
        var leftOut = 0
        try house.eachTaking(in: currency, zone: zone) { taking in
            let (person, at) = (taking.person, taking.order.placedAt.milliseconds)
            guard tally.counts(person) else { return }
            guard let revenue = taking.revenue else {
                leftOut += 1
                return
            }
            for place in found.indices {
                guard let first = tally.first(person, in: place), first <= at else { continue }
                found[place].revenue = (found[place].revenue ?? 0) &+ revenue
                // Orders stand by person.
                if last[place] != person { found[place].buyers += 1 }
                last[place] = person
            }
        }
        return leftOut
    }
}
