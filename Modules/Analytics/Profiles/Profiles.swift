public import RapportCore
public import RapportStorage

/// How each customer stands among all of them: figures that are relative to the population, so that one person's event does not
/// change them. They are reckoned as of a day and written as fields; segments over the fields are live.
public struct Profiles: Sendable {
    public struct Profile: Sendable {
        public var person: PersonID
        /// `nil` for whom there is trouble with, and no order.
        public var rfm: RFM.Customer?
        /// What the orders brought, in minor units of the currency.
        public var value: Int64
        /// The share of customers who brought more, and what those make of the whole.
        public var valueStanding: Standing
        public var trouble: Int
        /// The share of people who made more trouble, and what those make of the whole.
        public var troubleStanding: Standing
        /// Of the orders that say whether there was one, those with a discount.
        public var discountedShare: Double?
        /// The fifth, 5 for those who buy with a discount most.
        public var bargainScore: Int?
        public var lapseReason: LapseReason?
    }

    /// A place in an order, the largest first. Those who are equal have one standing.
    public struct Standing: Sendable, Hashable {
        /// The share of people who have more, 0…1.
        public var rank: Double
        /// What those have of the whole, 0…1.
        public var ahead: Double
    }

    /// In the order of people.
    public let profiles: [Profile]
    /// In days since 1970.
    public let asOf: Int
    public let currency: String?
    /// Whether value is what orders brought less what the goods cost; else it is revenue, net.
    public let isProfit: Bool
    /// Orders of whose goods the cost is known, of all.
    public let ordersWithCost: Int
    public let ordersWithDiscount: Int
    public let orders: Int

    /// Reckons from the database.
    ///
    /// - Parameters:
    ///   - house: orders of those who may be profiled.
    ///   - currency: of values; where orders are of one, it may be left out.
    ///   - day: as of which day, in days since 1970.
    /// - Throws: `Problem` `clv.no_rate`, `profiles.no_orders`.
    public init(
        house: HouseOrders, currency: String?, rates: [String: Double], zone: TimeZoneRules, asOf day: Int, _ catalog: Catalog,
        in db: Connection
    ) throws {
        guard !house.orders.isEmpty else {
            throw Problem(
                "profiles.no_orders", "nobody has an order yet",
                remedy: "Import orders with rapport import; docs/guides/import.md")
        }
        try self.init(
            house: house,
            trouble: HouseTrouble.read(
                catalog, until: zone.end(of: CivilDate(daysSince1970: day)), among: .profiled, in: db),
            currency: currency, rates: rates, zone: zone, asOf: day)
    }

    init(
        house: HouseOrders, trouble: HouseTrouble, currency: String?, rates: [String: Double], zone: TimeZoneRules,
        asOf day: Int
    ) throws {
        let (people, purchases) = try house.purchases(in: currency, rates: rates, zone: zone)
        let rfm = RFM(purchases, until: day)
        let days = PurchaseDays(purchases, until: day)
        asOf = day
        self.currency = currency
        let counted = house.orders.lazy.filter { Int(zone.day(of: $0.placedAt.milliseconds)) <= day }
        var (all, withCost, withDiscount) = (0, 0, 0)
        for order in counted {
            all += 1
            if order.fact.linesWithoutCost == 0 { withCost += 1 }
            if order.fact.isDiscounted == true { withDiscount += 1 }
        }
        (orders, ordersWithCost, ordersWithDiscount) = (all, withCost, withDiscount)
        isProfit = orders > 0 && ordersWithCost == orders

        let digits = FieldType.minorDigits(of: currency ?? "")
        var found: [PersonID: Profile] = [:]
        var discounts: [PersonID: (known: Int, discounted: Int)] = [:]
        func profile(_ person: PersonID) -> Profile {
            found[person]
                ?? Profile(
                    person: person, value: 0, valueStanding: Standing(rank: 1, ahead: 1), trouble: trouble.counts[person] ?? 0,
                    troubleStanding: Standing(rank: 1, ahead: 1))
        }
        for order in counted {
            var one = profile(order.person)
            let cost = isProfit ? order.cost : 0
            if var units = house.units(of: order, less: cost, in: currency, rates: rates, zone: zone) {
                for _ in 0..<digits { units *= 10 }
                one.value += Int64(units.rounded())
            }
            found[order.person] = one
            if let isDiscounted = order.isDiscounted {
                discounts[order.person, default: (0, 0)].known += 1
                if isDiscounted { discounts[order.person]?.discounted += 1 }
            }
        }
        for person in trouble.counts.keys { found[person] = profile(person) }
        for customer in rfm.customers { found[people[customer.index]]?.rfm = customer }
        Self.markBargains(discounts, &found)
        Self.markLapses(days, people, trouble, zone, &found)
        var profiles = found.values.sorted { $0.person < $1.person }
        let buyers = profiles.indices.filter { profiles[$0].rfm != nil }
        for (place, standing) in zip(buyers, Self.standings(buyers.map { profiles[$0].value })) {
            profiles[place].valueStanding = standing
        }
        for (place, standing) in Self.standings(profiles.map { Int64($0.trouble) }).enumerated() {
            profiles[place].troubleStanding = standing
        }
        self.profiles = profiles
    }

    /// Who buys with a discount most, among those with three orders that say so or more.
    private static func markBargains(_ discounts: [PersonID: (known: Int, discounted: Int)], _ found: inout [PersonID: Profile]) {
        let shares = discounts.filter { $0.value.known >= 3 }.map {
            ($0.key, Double($0.value.discounted) / Double($0.value.known))
        }
        .sorted { $0.0 < $1.0 }
        for ((person, share), score) in zip(shares, RFM.scores(shares.map(\.1))) {
            found[person]?.discountedShare = share
            found[person]?.bargainScore = score
        }
    }

    private static func markLapses(
        _ days: PurchaseDays, _ people: [PersonID], _ trouble: HouseTrouble, _ zone: TimeZoneRules,
        _ found: inout [PersonID: Profile]
    ) {
        let usual = PurchaseDays.median(days.customers.flatMap(\.gaps))
        for customer in days.customers {
            guard let last = customer.days.last,
                let patience = Churn.patience(lapse, customer, upTo: customer.days.count - 1, usual), days.end - last > patience
            else { continue }
            let person = people[customer.index]
            let since = last - 30
            let reason = trouble.reasons[person]?.last { Int(zone.day(of: $0.at.milliseconds)) >= since }?.reason
            found[person]?.lapseReason = reason ?? .unknown
        }
    }

    /// When somebody has stopped buying: as the ready-made segment `lapsed` has it, by days.
    static let lapse = Churn.Meaning.ownRhythm(times: 3, atLeast: 60)

    /// Of each value its place, the largest first. Only what is above zero adds up.
    static func standings(_ values: [Int64]) -> [Standing] {
        let order = values.indices.sorted { (values[$1], $0) < (values[$0], $1) }
        let whole = values.reduce(Int64(0)) { $0 + max(0, $1) }
        var out = [Standing](repeating: Standing(rank: 0, ahead: 0), count: values.count)
        var sum: Int64 = 0
        var index = 0
        while index < order.count {
            var next = index
            var own: Int64 = 0
            while next < order.count, values[order[next]] == values[order[index]] {
                own += max(0, values[order[next]])
                next += 1
            }
            let standing = Standing(
                rank: Double(index) / Double(values.count), ahead: whole > 0 ? Double(sum) / Double(whole) : 1)
            for place in index..<next { out[order[place]] = standing }
            sum += own
            index = next
        }
        return out
    }

    /// What the value of customers is spread over, in the currency's unit.
    public var valueSpread: Concentration {
        var unit = 1.0
        for _ in 0..<FieldType.minorDigits(of: currency ?? "") { unit *= 10 }
        return Concentration(profiles.filter { $0.rfm != nil }.map { Double($0.value) / unit })
    }

    public var troubleSpread: Concentration { Concentration(profiles.map { Double($0.trouble) }) }
}
