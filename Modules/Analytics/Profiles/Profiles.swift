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
        let days = PurchaseDays(purchases, until: day)
        let rfm = RFM(days, hasMoney: purchases.hasAmounts)
        asOf = day
        self.currency = currency
        let counts = try Self.counts(house.orders, until: day, zone)
        (orders, ordersWithCost, ordersWithDiscount) = (counts.all, counts.withCost, counts.withDiscount)
        isProfit = orders > 0 && ordersWithCost == orders
        let sums = try Self.sums(house, currency, rates, zone, until: day, isProfit: isProfit)
        let shares = sums.filter { $0.known >= 3 }.map { Double($0.discounted) / Double($0.known) }
        var bargains = zip(shares, RFM.scores(shares)).makeIterator()
        var lapses = Self.lapses(days, people, trouble, zone).makeIterator()
        var lapse = lapses.next()
        var customer = 0
        var profiles: [Profile] = []
        profiles.reserveCapacity(sums.count)
        func add(_ person: PersonID) {
            profiles.append(
                Profile(
                    person: person, value: 0, valueStanding: Standing(rank: 1, ahead: 1), trouble: trouble.counts[person] ?? 0,
                    troubleStanding: Standing(rank: 1, ahead: 1)))
        }
        let troubled = trouble.counts.keys.sorted()
        var next = 0
        for own in sums {
            while next < troubled.count, troubled[next] <= own.person {
                if troubled[next] < own.person { add(troubled[next]) }
                next += 1
            }
            add(own.person)
            let place = profiles.count - 1
            profiles[place].value = own.value
            if own.known >= 3, let (share, score) = bargains.next() {
                profiles[place].discountedShare = share
                profiles[place].bargainScore = score
            }
            // All of them stand in the order of people.
            while customer < rfm.customers.count, people[rfm.customers[customer].index] <= own.person {
                if people[rfm.customers[customer].index] == own.person { profiles[place].rfm = rfm.customers[customer] }
                customer += 1
            }
            while let one = lapse, one.person <= own.person {
                if one.person == own.person { profiles[place].lapseReason = one.reason }
                lapse = lapses.next()
            }
        }
        for person in troubled[next...] { add(person) }
        let buyers = profiles.indices.filter { profiles[$0].rfm != nil }
        for (place, standing) in zip(buyers, Self.standings(buyers.map { profiles[$0].value })) {
            profiles[place].valueStanding = standing
        }
        for (place, standing) in Self.standings(profiles.map { Int64($0.trouble) }).enumerated() {
            profiles[place].troubleStanding = standing
        }
        self.profiles = profiles
    }

    /// When somebody has stopped buying: as the ready-made segment `lapsed` has it, by days.
    static let lapse = Churn.Meaning.ownRhythm(times: 3, atLeast: 60)

    /// What the value of customers is spread over, in the currency's unit.
    public var valueSpread: Concentration {
        var unit = 1.0
        for _ in 0..<FieldType.minorDigits(of: currency ?? "") { unit *= 10 }
        return Concentration(profiles.filter { $0.rfm != nil }.map { Double($0.value) / unit })
    }

    public var troubleSpread: Concentration { Concentration(profiles.map { Double($0.trouble) }) }
}
