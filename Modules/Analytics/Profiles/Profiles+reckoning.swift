import RapportCore
import RapportStorage

extension Profiles {
    /// How many orders there are up to a day, how many say what all of it cost, and how many were bought for less.
    static func counts(
        _ orders: PackedOrders, until day: Int, _ zone: TimeZoneRules
    ) throws -> (all: Int, withCost: Int, withDiscount: Int) {
        let parts = try orders.map { orders -> (all: Int, withCost: Int, withDiscount: Int) in
            var days = ZoneDays(zone)
            var (all, withCost, withDiscount) = (0, 0, 0)
            while let (_, order) = try orders.next() {
                guard days.day(of: order.placedAt) <= day else { continue }
                all += 1
                if order.linesWithoutCost == 0 { withCost += 1 }
                if order.isDiscounted == true { withDiscount += 1 }
            }
            return (all, withCost, withDiscount)
        }
        return parts.reduce((0, 0, 0)) { ($0.0 + $1.all, $0.1 + $1.withCost, $0.2 + $1.withDiscount) }
    }

    /// What the orders of one person come to.
    struct Sum: Sendable {
        let person: PersonID
        var value: Int64 = 0
        /// Orders that say whether there was a discount, and those with one.
        var known = 0
        var discounted = 0
    }

    /// By person; of everybody with an order up to a day.
    static func sums(
        _ house: HouseOrders, _ currency: String?, _ rates: [String: Double], _ zone: TimeZoneRules, until day: Int,
        isProfit: Bool
    ) throws -> [Sum] {
        let units = house.units(in: currency, rates: rates, zone: zone)
        let digits = FieldType.minorDigits(of: currency ?? "")
        let parts = try house.orders.map { orders in
            var days = ZoneDays(zone)
            var sums: [Sum] = []
            while let (person, order) = try orders.next() {
                guard days.day(of: order.placedAt) <= day else { continue }
                if sums.last?.person != person { sums.append(Sum(person: person)) }
                if var own = try units(order, isProfit ? order.cost : 0, orders.whole) {
                    for _ in 0..<digits { own *= 10 }
                    sums[sums.count - 1].value += Int64(own.rounded())
                }
                if let isDiscounted = order.isDiscounted {
                    sums[sums.count - 1].known += 1
                    sums[sums.count - 1].discounted += isDiscounted ? 1 : 0
                }
            }
            return sums
        }
        return parts.flatMap { $0 }
    }

    /// Who has stopped buying, and why as far as it is known; in the order of people.
    static func lapses(
        _ days: PurchaseDays, _ people: [PersonID], _ trouble: HouseTrouble, _ zone: TimeZoneRules
    ) -> [(person: PersonID, reason: LapseReason)] {
        let usual = days.usualGap
        return days.customers.compactMap { customer in
            guard let last = customer.days.last,
                let patience = Churn.patience(lapse, customer, upTo: customer.days.count - 1, usual), days.end - last > patience
            else { return nil }
            let person = people[customer.index]
            let since = last - 30
            let reason = trouble.reasons[person]?.last { Int(zone.day(of: $0.at.milliseconds)) >= since }?.reason
            return (person, reason ?? .unknown)
        }
    }

    /// Of each value its place, the largest first. Only what is above zero adds up.
    static func standings(_ values: [Int64]) -> [Standing] {
        let order = NumberSort.falling(values)
        let whole = values.reduce(Int64(0)) { $0 + max(0, $1) }
        var out = [Standing](repeating: Standing(rank: 0, ahead: 0), count: values.count)
        var sum: Int64 = 0
        var index = 0
        while index < order.count {
            let value = values[Int(order[index])]
            var next = index
            while next < order.count, values[Int(order[next])] == value { next += 1 }
            let standing = Standing(
                rank: Double(index) / Double(values.count), ahead: whole > 0 ? Double(sum) / Double(whole) : 1)
            for place in index..<next { out[Int(order[place])] = standing }
            sum += Int64(next - index) * max(0, value)
            index = next
        }
        return out
    }
}
