public import RapportCore
public import RapportStorage

/// What each relationship of the house is worth: revenue less the cost of goods, of winning, of reaching and of serving the
/// person, with referrals credited. The parts of all people add up to the totals exactly.
public struct Worth: Sendable {
    public let currency: String
    public let until: Timestamp
    public let sheet: CostSheet
    /// By person; everybody who is known by more than a device.
    public let people: [RelationshipValue]
    /// What cannot be converted: the currency, how many orders, and the first one's day.
    public let unconverted: [(currency: String, orders: Int, first: Timestamp)]
    /// Stated costs of campaigns that reached nobody who is still known.
    public let unallocated: Int64
    /// Who counts in sums and is named nowhere, because they may not be profiled.
    public let unprofiled: Set<PersonID>
    /// By months after a customer's first order: what a customer brought by then, on average, in minor units.
    public let paybackCurve: [Double]

    /// Of whom figures are told and written.
    public var told: [RelationshipValue] { unprofiled.isEmpty ? people : people.filter { !unprofiled.contains($0.person) } }
    public var customers: [RelationshipValue] { people.filter { $0.orders > 0 } }
    public let total: RelationshipValue
    /// Pareto's curve of what people bring, and of what they cost to keep and serve.
    public let concentration: Concentration
    public let trouble: Concentration

    init(
        currency: String, until: Timestamp, sheet: CostSheet, people: [RelationshipValue],
        unconverted: [(currency: String, orders: Int, first: Timestamp)], unallocated: Int64, unprofiled: Set<PersonID>,
        paybackCurve: [Double]
    ) {
        (self.currency, self.until, self.sheet, self.people) = (currency, until, sheet, people)
        (self.unconverted, self.unallocated, self.unprofiled) = (unconverted, unallocated, unprofiled)
        self.paybackCurve = paybackCurve
        total = Self.total(of: people)
        // Either needs everybody in order: once, however often it is asked.
        concentration = Concentration(people.map { Double($0.value) })
        trouble = Concentration(people.map { Double($0.costToServe) })
    }

    private static func total(of people: [RelationshipValue]) -> RelationshipValue {
        people.reduce(into: RelationshipValue(person: 0)) { sum, one in
            sum.orders += one.orders
            sum.revenue = sum.revenue &+ one.revenue
            sum.goods = sum.goods &+ one.goods
            sum.fulfilment = sum.fulfilment &+ one.fulfilment
            sum.acquisition = sum.acquisition &+ one.acquisition
            sum.contacts = sum.contacts &+ one.contacts
            sum.service = sum.service &+ one.service
            sum.referrals = sum.referrals &+ one.referrals
            sum.ordersWithoutAmount += one.ordersWithoutAmount
            sum.linesWithoutCost += one.linesWithoutCost
        }
    }

    /// What winning a customer costs: all that is spent on winning people, over those who bought. `nil` without customers.
    public var acquisitionCost: Double? {
        let count = people.count { $0.orders > 0 }
        return count > 0 ? Double(total.acquisition) / Double(count) : nil
    }

    /// After how many months a customer has brought back what winning one costs; `nil`: not within what has been seen.
    public var paybackMonths: Int? {
        guard let cost = acquisitionCost else { return nil }
        return paybackCurve.firstIndex { $0 >= cost }.map { $0 + 1 }
    }

    /// - Parameters:
    ///   - until: what happened later is left out.
    ///   - find: who is meant by the text that a referral names.
    public static func read(
        _ catalog: Catalog, in currency: String, zone: TimeZoneRules, until: Timestamp,
        find: (String, Connection) throws -> PersonID?, _ db: Connection
    ) throws -> Worth {
        let house = try HouseOrders.read(catalog, until: until, costing: true, in: db)
        let sheet = try CostSheet.current(in: db)
        var ledger = WorthLedger(currency: currency, sheet: sheet)
        try ledger.readPeople(in: db)
        try ledger.readEvents(catalog, until: until, in: db)
        try ledger.add(house, zone: zone, until: until)
        try ledger.readReferrals(catalog, until: until, find: find, in: db)
        return Worth(
            currency: currency, until: until, sheet: sheet, people: ledger.people,
            unconverted: ledger.unconverted.sorted { $0.key < $1.key }.map { ($0.key, $0.value.orders, $0.value.first) },
            unallocated: ledger.minor(ledger.unallocated), unprofiled: try Unprofiled.read(in: db).all,
            paybackCurve: ledger.paybackCurve)
    }
}
