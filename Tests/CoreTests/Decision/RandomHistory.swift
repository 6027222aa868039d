import RapportCore

/// A random decision input, with small numbers so that scopes, channels and times meet often, and with many times exactly on
/// the boundaries of windows.
struct RandomHistory {
    let input: DecisionInput
    let zone: String

    static let zones = [
        "UTC", "Europe/Berlin", "Europe/London", "America/New_York", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kolkata",
        "Pacific/Auckland", "Africa/Casablanca", "America/Santiago", "Pacific/Chatham", "Asia/Beirut",
        "Antarctica/Troll", "Pacific/Apia",
    ]
    static let countries = [Country.unknown] + ["DE", "FR", "GB", "US", "CA"].compactMap { Country($0) }

    init(using generator: inout SplitMix64, tables: ZoneTables) {
        // Half of the moments lie near changes of clocks in 2023 and 2024, and when Apia left out a day in 2011; the others anywhere in
        // two years.
        let changes: [Int64] = [
            1_679_792_400_000, 1_698_541_200_000, 1_711_846_800_000, 1_710_054_000_000, 1_699_164_000_000, 1_696_089_600_000,
            1_680_357_600_000, 1_682_208_000_000, 1_712_340_000_000, 1_693_713_600_000,
            1_712_415_600_000, 1_696_087_800_000, 1_710_036_000_000, 1_713_060_000_000, 1_325_239_200_000,
        ]
        var random = Draw(generator)
        let base =
            random.chance(50)
            ? changes[random.below(changes.count)] + Int64(random.below(3 * 86_400_000)) - 2 * 86_400_000
            : 1_672_531_200_000 + Int64(random.below(730)) * 86_400_000 + Int64(random.below(86_400_000))
        let wall = Timestamp(milliseconds: random.chance(40) ? base - base % 1_800_000 : base)
        let zone = Self.zones[random.below(Self.zones.count)]

        let policy = random.policy()
        var proposal = Proposal(
            act: Int64(random.below(3)), brand: 1 + Int64(random.below(2)), topic: 1 + Int64(random.below(3)),
            topicClass: random.chance(70) ? .marketing : TopicClass.allCases[random.below(4)], offers: [],
            expiresAt: wall + .hours(Int64(random.below(400) - 4)))
        if random.chance(15) { proposal.notBefore = wall + .minutes(Int64(random.below(3_000) - 300)) }
        if random.chance(30) {
            let share = random.below(5_001)
            let draw = random.chance(20) ? share - random.below(2) : random.below(10_000)
            proposal.holdOut = HoldOut(share: share, draw: max(0, draw))
        }
        for _ in 0..<(random.chance(4) ? 0 : 1 + random.below(3)) {
            let suppressions = SuppressionKind.allCases.filter { _ in random.chance(4) }
                .map { Suppression(id: 1, kind: $0, at: wall - .days(3)) }
            proposal.offers.append(
                .init(channel: 1 + Int64(random.below(3)), hasAddress: random.chance(92), suppressions: suppressions))
        }
        let start = max(wall, proposal.notBefore ?? wall)
        let window = tables.window(zone, number: 7, from: wall, until: start + .days(16))
        let person = random.person(wall: wall, policy: policy, zone: window ?? .utc)
        input = DecisionInput(proposal: proposal, person: person, policy: policy, wall: wall)
        self.zone = zone
        generator = random.generator
    }
}

/// Draws by chance from one generator.
struct Draw {
    var generator: SplitMix64
    init(_ generator: SplitMix64) { self.generator = generator }

    mutating func below(_ limit: Int) -> Int { Int(generator.next() % UInt64(limit)) }
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

    mutating func scope(brandMayBeAll: Bool) -> PermissionScope {
        PermissionScope(
            brand: brandMayBeAll && chance(30) ? 0 : 1 + Int64(below(2)), topic: Int64(below(4)), channel: Int64(below(4)))
    }

    mutating func classes() -> TopicClasses { chance(60) ? .marketing : TopicClasses(rawValue: UInt8(below(16))) }

    mutating func minute() -> Int { chance(70) ? below(48) * 30 : below(1_440) }

    mutating func policy() -> DecisionPolicy {
        var policy = DecisionPolicy(
            version: 3, onePerHousehold: chance(70), tokenConfidence: below(101), maximumDeferral: .hours(Int64(below(14 * 24))))
        for index in 0..<below(8) {
            let countries: [Country] =
                chance(30) ? [] : (0..<1 + below(3)).map { _ in RandomHistory.countries[1 + below(5)] }
            policy.rules.append(
                PermissionRule(
                    name: "rule.\(index)", countries: Array(Set(countries)).sorted(), channel: Int64(below(3)),
                    capacity: chance(60) ? nil : Capacity.allCases[below(2)],
                    topicClass: chance(75) ? .marketing : TopicClass.allCases[below(4)],
                    sufficient: (0..<below(4)).map { _ in
                        .init(
                            Basis.allCases[below(chance(60) ? 2 : 6)], needsConfirmation: chance(25),
                            lasts: chance(25) ? .days(Int64(below(60))) : nil)
                    }, needsNothing: chance(20)))
        }
        for _ in 0..<below(3) {
            policy.quietHours.append(
                .init(
                    hours: DailyHours(from: minute(), until: minute()),
                    country: RandomHistory.countries[chance(60) ? 0 : below(6)],
                    channel: chance(60) ? 0 : Int64(below(4)), classes: classes()))
        }
        return policy.withDays(&self)
    }

    mutating func person(wall: Timestamp, policy: DecisionPolicy, zone: ZoneWindow) -> PersonState {
        var person = PersonState(
            isErased: chance(2), restrictedSince: chance(3) ? wall - .days(2) : nil, country: RandomHistory.countries[below(6)],
            capacity: Capacity.allCases[below(2)], zone: zone)
        func ago(_ draw: inout Draw) -> Timestamp { wall - .hours(Int64(draw.below(60 * 24))) }
        for id in 0..<below(5) {
            person.permissions.append(
                PermissionEntry(
                    id: Int64(id + 1), scope: scope(brandMayBeAll: true), basis: Basis.allCases[below(chance(70) ? 2 : 6)],
                    status: PermissionEntry.Status.allCases[below(3)], isProven: chance(85), isImported: chance(25),
                    at: ago(&self)))
        }
        if chance(25) {
            let at = chance(30) ? person.permissions.first?.at ?? ago(&self) : ago(&self)
            person.withdrawals = [OptOutEntry(id: 1, scope: scope(brandMayBeAll: true), at: at)]
        }
        if chance(10) { person.objections = [OptOutEntry(id: 1, scope: scope(brandMayBeAll: true), at: ago(&self))] }
        for _ in 0..<(chance(30) ? 1 + below(2) : 0) {
            let until: Timestamp? = chance(50) ? nil : chance(30) ? wall : wall + .hours(Int64(below(200) - 100))
            let since = chance(15) ? wall : wall + .hours(Int64(below(90) - 80))
            person.standings.append(.init(fact: 1 + Int64(below(3)), since: since, until: until))
        }
        if chance(20) { person.preferences.channels = (0..<below(3)).map { _ in 1 + Int64(below(4)) } }
        if chance(20) { person.preferences.quiet = DailyHours(from: minute(), until: minute()) }
        if chance(25) { person.preferences.atMostEvery = chance(5) ? .seconds(0) : .hours(Int64(1 + below(20 * 24))) }
        for _ in 0..<below(6) {
            // Often exactly one window ago, where half-open intervals show.
            let windows = policy.caps.map(\.window) + (person.preferences.atMostEvery.map { [$0] } ?? [.days(1)])
            let window = windows[below(windows.count)]
            let at =
                chance(25)
                ? wall - window + Span(milliseconds: Int64(below(3) - 1)) : wall - .minutes(Int64(below(14 * 1_440) - 120))
            person.contacts.append(
                .init(
                    act: Int64(below(3)), channel: 1 + Int64(below(3)), topic: 1 + Int64(below(3)),
                    topicClass: chance(85) ? .marketing : .service, at: at))
        }
        if chance(8) { person.household = .init(person: 9, at: wall - .hours(1)) }
        for token in 0..<below(3) {
            person.tokens.append(
                .init(
                    token: Int64(token + 1), quality: PersonState.Token.Quality.allCases[chance(70) ? 0 : below(3)],
                    confidence: below(101)))
        }
        if chance(20) { person.exempt = DecisionPolicy.Trial.guards.filter { _ in chance(50) } }
        return person
    }
}

extension DecisionPolicy {
    func withDays(_ draw: inout Draw) -> DecisionPolicy {
        var policy = self
        for _ in 0..<(draw.chance(50) ? draw.below(60) : 0) {
            policy.silentDays.append(
                .init(
                    country: RandomHistory.countries[draw.chance(40) ? 0 : draw.below(6)],
                    year: draw.chance(50) ? 0 : 2023 + draw.below(2), month: 1 + draw.below(12), day: 1 + draw.below(28)))
        }
        for _ in 0..<draw.below(4) {
            let scope = Cap.Scope.allCases[draw.below(3)]
            policy.caps.append(
                .init(
                    scope: scope, id: scope == .all ? 0 : Int64(draw.below(3)), limit: draw.chance(5) ? 0 : 1 + draw.below(3),
                    window: draw.chance(50) ? .days(Int64(1 + draw.below(9))) : .hours(Int64(1 + draw.below(100)))))
        }
        if draw.chance(60) { policy.standings.append(.init(fact: 1, classes: draw.classes())) }
        if draw.chance(30) { policy.standings.append(.init(fact: 2, classes: draw.classes(), reason: .standing)) }
        return policy
    }
}
