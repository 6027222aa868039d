import RapportCore
import RapportStorage

/// Gathers what each person brought and cost.
struct WorthLedger {
    let currency: String
    let sheet: CostSheet
    /// By person's number, the place of their row and one more; 0: none.
    private var placeOf: [Int32] = []
    private var rows: [RelationshipValue] = []
    /// Millionths of a unit, by part.
    private var contacts: [Int64] = []
    private var service: [Int64] = []
    private var acquisition: [Int64] = []
    private(set) var unconverted: [String: (orders: Int, first: Timestamp)] = [:]
    private(set) var unallocated: Int64 = 0
    /// How many customers have been there for each month after their first order, and what they brought in it.
    private var seen = [Int](repeating: 0, count: 61)
    private var brought = [Double](repeating: 0, count: 61)
    /// With an order whose amount is known.
    private var customers = 0

    init(currency: String, sheet: CostSheet) {
        self.currency = currency
        self.sheet = sheet
    }

    /// Millionths of the unit as minor units, rounded half up.
    func minor(_ millionths: Int64) -> Int64 {
        let scale = (0..<max(0, CostSheet.scale - Currency.exponent(of: currency))).reduce(Int64(1)) { power, _ in power * 10 }
        return (millionths &+ scale / 2) / scale
    }

    var people: [RelationshipValue] {
        var out = rows
        for index in out.indices {
            out[index].contacts = minor(contacts[index])
            out[index].service = minor(service[index])
            out[index].acquisition = minor(acquisition[index])
        }
        return out
    }

    private func place(of person: PersonID) -> Int? {
        guard person > 0, person < placeOf.count, placeOf[Int(person)] > 0 else { return nil }
        return Int(placeOf[Int(person)]) - 1
    }

    /// Everybody who is there, with the source that knew them first.
    mutating func readPeople(in db: Connection) throws {
        let names = try Dictionary(db.all("SELECT id, name FROM sources") { ($0.integer(0), $0.text(1)) }) { first, _ in first }
        let living = try LivingPeople(in: db)
        var firsts = [(source: Int64, at: Int64, profile: Int64)](repeating: (0, .max, .max), count: living.bound)
        try db.stream("SELECT person, source, created_at, id FROM profiles") { row in
            let person = row.integer(0)
            guard living.contains(person), case let first = firsts[Int(person)] else { return }
            if (row.integer(2), row.integer(3)) < (first.at, first.profile) {
                firsts[Int(person)] = (row.integer(1), row.integer(2), row.integer(3))
            }
        }
        placeOf = [Int32](repeating: 0, count: living.bound)
        for (person, first) in firsts.enumerated() {
            guard let name = names[first.source] else { continue }
            var value = RelationshipValue(person: PersonID(person))
            value.acquiredFrom = name
            rows.append(value)
            placeOf[person] = Int32(rows.count)
            acquisition.append(CostSheet.cost(name, in: sheet.acquisition))
        }
        contacts = [Int64](repeating: 0, count: rows.count)
        service = contacts
    }

    /// What messages, calls, cases and campaigns cost.
    mutating func readEvents(_ catalog: Catalog, until: Timestamp, in db: Connection) throws {
        let kinds = try catalog.existingKinds(Set(sheet.events.keys).union(["message.sent"]), in: db)
        if let sent = kinds["message.sent"], !sheet.messages.isEmpty || !sheet.campaigns.isEmpty {
            try readMessages(sent.id, catalog, until: until, in: db)
        }
        for (name, cost) in sheet.events.sorted(by: { $0.key < $1.key }) {
            guard let kind = kinds[name] else { continue }
            let slot = kind.definition.slots.firstIndex { $0.name == "minutes" }
            let minutes = slot.map { "COALESCE(SUM(timeline.n\($0 + 1)), 0)" } ?? "0"
            try db.each(
                """
                SELECT person, COUNT(*), \(raw: minutes) FROM timeline
                WHERE kind = \(kind.id) AND occurred_at <= \(until) GROUP BY person
                """
            ) { row in
                guard let place = place(of: row.integer(0)) else { return }
                let amount = cost.each &* row.integer(1) &+ cost.minute &* row.integer(2)
                switch cost.part {
                case .contact: contacts[place] = contacts[place] &+ amount
                case .service: service[place] = service[place] &+ amount
                case .acquisition: acquisition[place] = acquisition[place] &+ amount
                }
            }
        }
    }

    private mutating func readMessages(_ sent: Int64, _ catalog: Catalog, until: Timestamp, in db: Connection) throws {
        var names: [Int64: String] = [:]
        func name(_ symbol: Int64) throws -> String {
            if names[symbol] == nil { names[symbol] = symbol == 0 ? "" : try catalog.symbol(symbol, in: db) }
            return names[symbol] ?? ""
        }
        var reached: [String: [(place: Int, messages: Int64)]] = [:]
        try db.each(
            """
            SELECT person, COALESCE(n1, 0), COALESCE(n2, 0), COUNT(*) FROM timeline
            WHERE kind = \(sent) AND occurred_at <= \(until) GROUP BY person, COALESCE(n1, 0), COALESCE(n2, 0)
            """
        ) { row in
            guard let place = place(of: row.integer(0)) else { return }
            let each = CostSheet.cost(try name(row.integer(2)), in: sheet.messages)
            contacts[place] = contacts[place] &+ each &* row.integer(3)
            let campaign = try name(row.integer(1))
            if sheet.campaigns[campaign] != nil { reached[campaign, default: []].append((place, row.integer(3))) }
        }
        for (campaign, cost) in sheet.campaigns.sorted(by: { $0.key < $1.key }) {
            let whom = (reached[campaign] ?? []).sorted { $0.place < $1.place }
            guard !whom.isEmpty else {
                unallocated = unallocated &+ cost
                continue
            }
            // To all whom it reached, by their messages, to the last millionth.
            let parts = Apportionment.split(cost, by: whom.map { Double($0.messages) })
            for (one, part) in zip(whom, parts) { contacts[one.place] = contacts[one.place] &+ part }
        }
    }

    mutating func add(_ house: HouseOrders, zone: TimeZoneRules, until: Timestamp) throws {
        var (person, here): (PersonID, Int?) = (0, nil)
        var isCustomer = false
        let fulfilment = minor(sheet.order)
        try house.eachTaking(in: currency, zone: zone) { taking in
            let order = taking.order
            if taking.person != person { (person, here, isCustomer) = (taking.person, place(of: taking.person), false) }
            guard let place = here else { return }
            rows[place].orders += 1
            rows[place].linesWithoutCost += order.linesWithoutCost
            let first = min(rows[place].firstOrder ?? order.placedAt, order.placedAt)
            rows[place].firstOrder = first
            guard let revenue = taking.revenue, let goods = taking.goods else {
                rows[place].ordersWithoutAmount += 1
                if let lacking = taking.lacking {
                    let before = unconverted[lacking.currency] ?? (0, lacking.at)
                    unconverted[lacking.currency] = (before.orders + 1, min(before.first, lacking.at))
                }
                return
            }
            rows[place].revenue = rows[place].revenue &+ revenue
            rows[place].goods = rows[place].goods &+ goods
            rows[place].fulfilment = rows[place].fulfilment &+ fulfilment
            let age = min(60, Self.months(until.milliseconds - first.milliseconds))
            if !isCustomer {
                isCustomer = true
                customers += 1
                for month in 0..<age { seen[month] += 1 }
            }
            let month = Self.months(order.placedAt.milliseconds - first.milliseconds)
            if month < age { brought[month] += Double(revenue &- goods &- fulfilment) }
        }
    }

    /// Whole months of 30.4375 days.
    private static func months(_ milliseconds: Int64) -> Int { Int(max(0, milliseconds) / 2_629_800_000) }

    /// Of those customers who have been there for so long, what one has brought by the end of each month.
    var paybackCurve: [Double] {
        var curve: [Double] = []
        var sum = 0.0
        for month in seen.indices {
            // A handful of old customers says nothing of the others.
            guard seen[month] >= max(5, customers / 20) else { break }
            sum += brought[month] / Double(seen[month])
            curve.append(sum)
        }
        return curve
    }

    /// A share of what somebody brings goes to who referred them first; what one gets the other gives.
    mutating func readReferrals(
        _ catalog: Catalog, until: Timestamp, find: (String, Connection) throws -> PersonID?, in db: Connection
    ) throws {
        guard sheet.referralShare > 0, let kind = try catalog.existingKind("referral.made", in: db) else { return }
        var referrals: [(referrer: PersonID, referred: String)] = []
        try db.each(
            """
            SELECT timeline.person, events.properties FROM timeline
            JOIN events ON events.partition = timeline.partition AND events.position = timeline.position
            WHERE timeline.kind = \(kind.id) AND timeline.occurred_at <= \(until)
            ORDER BY timeline.occurred_at, timeline.partition, timeline.position
            """
        ) { row in
            guard let referred = try JSONValue(parsing: row.text(1))["referred"]?.string else { return }
            referrals.append((row.integer(0), referred))
        }
        let own = rows.map(\.margin)
        var credited: Set<PersonID> = []
        for (referrer, text) in referrals {
            guard let referred = try find(text, db), referred != referrer, let from = place(of: referred),
                let to = place(of: referrer), credited.insert(referred).inserted, own[from] > 0
            else { continue }
            let credit = Int64(clamping: Int128(own[from]) * Int128(sheet.referralShare) / Int128(HoldOut.whole))
            rows[to].referrals = rows[to].referrals &+ credit
            rows[from].referrals = rows[from].referrals &- credit
        }
    }
}
