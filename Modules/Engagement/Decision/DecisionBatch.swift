import RapportCore
import RapportStorage

/// What is read for one batch of decisions.
struct DecisionBatch {
    let people: [PersonID]
    let act: DecidingAct
    let numbers: [String: Int64]
    let policy: PolicyBook.Policy
    let wall: Timestamp

    var states: [PersonID: PersonState] = [:]
    var households: [PersonID: Int64] = [:]
    var zoneNames: [PersonID: String] = [:]
    var addresses: [PersonID: [ChannelID: Identifier]] = [:]
    var suppressions: [Int64: [Suppression]] = [:]
    /// Said against an address of a former job, and holding for the one that stands in for it.
    var carriedOver: [PersonID: [ChannelID: [Suppression]]] = [:]

    init(people: [PersonID], act: DecidingAct, numbers: [String: Int64], policy: PolicyBook.Policy, wall: Timestamp) {
        self.people = people
        self.act = act
        self.numbers = numbers
        self.policy = policy
        self.wall = wall
    }

    func number(_ name: String) -> Int64 { numbers[Text.folded(name)] ?? -1 }

    mutating func readPeople(in db: Connection) throws {
        for person in people { states[person] = PersonState(isErased: true, country: policy.country) }
        try db.each("SELECT id, state, household FROM people WHERE id IN \(list: people)") { row in
            // Only who is there and not erased may be written to; whoever is merged is asked about under the survivor.
            states[row.integer(0)]?.isErased = row.integer(1) != 0
            households[row.integer(0)] = row.integerOrNil(2)
        }
    }

    mutating func readFields(tokens: [String], in db: Connection) throws {
        let wanted = ["country", "time_zone", "capacity"] + tokens
        let declared = try db.all("SELECT name, slot, definition FROM fields WHERE name IN \(list: wanted) AND type = 'text'") {
            (name: $0.text(0), slot: $0.integer(1), definition: $0.text(2))
        }
        let slots = Dictionary(declared.map { ($0.name, $0.slot) }) { first, _ in first }
        var budgets: [String: Span] = [:]
        for field in declared where tokens.contains(field.name) {
            let definition = try FieldDefinition(name: field.name, json: try JSONValue(parsing: field.definition))
            budgets[field.name] = definition.freshness
        }
        // How old a value is counts only where something is said of it that ages.
        let since = try People.since(of: people, slots: Set(budgets.keys.compactMap { slots[$0].map(Int.init) }), in: db)
        let fields = wanted.filter { slots[$0] != nil }
        var values: [PersonID: [String: String]] = [:]
        if !fields.isEmpty {
            let columns = fields.map { "f\(slots[$0] ?? 0)" }.joined(separator: ", ")
            try db.each("SELECT person, \(raw: columns) FROM golden WHERE person IN \(list: people)") { row in
                for (index, field) in fields.enumerated() {
                    values[row.integer(0), default: [:]][field] = row.textOrNil(index + 1)
                }
            }
        }
        for person in people {
            let own = values[person] ?? [:]
            if let country = own["country"].flatMap({ Country($0) }) { states[person]?.country = country }
            if own["capacity"] == "company" { states[person]?.capacity = .company }
            zoneNames[person] = own["time_zone"]
            let judged = tokens.map { token -> PersonState.Token in
                let quality: PersonState.Token.Quality =
                    switch TokenCheck.check(own[token]) {
                    case .show: .good
                    case .fallback(.missing): .missing
                    case .fallback: .odd
                    }
                var confidence = quality == .good ? 100 : 0
                if confidence > 0, let budget = budgets[token], let slot = slots[token], let moment = since[person]?[Int(slot)] {
                    confidence = Int(Freshness(since: moment, budget: budget).confidence(at: wall) / 10)
                }
                return .init(token: number(token), quality: quality, confidence: confidence)
            }
            states[person]?.tokens = judged
        }
    }

    /// The address first seen, on each channel, and one of a former job only where there is no other; at the gate the one that the
    /// message was queued for.
    ///
    /// What was said against a former address (a complaint, a hand on the list) is said against the one that stands in for it.
    mutating func readAddresses(only: [PersonID: Int64], in db: Connection) throws {
        var hashes: Set<Int64> = []
        let former = try FormerAddresses.of(people, in: db)
        var passedOver: [PersonID: [Identifier]] = [:]
        try db.each(
            """
            SELECT identifiers.person, identifier_kinds.name, identifiers.value FROM identifiers
            JOIN identifier_kinds ON identifier_kinds.id = identifiers.kind
            WHERE identifiers.person IN \(list: people) AND identifier_kinds.name IN \(list: act.channels)
            ORDER BY identifiers.person, identifiers.first_seen, identifiers.value, identifiers.profile
            """
        ) { row in
            let address = Identifier(kind: row.text(1), value: row.text(2))
            let (person, channel, hash) = (row.integer(0), number(address.kind), AddressHash.of(address))
            if address.kind == "email", former[person]?.contains(address.value) ?? false, only[person] != hash {
                passedOver[person, default: []].append(address)
                hashes.insert(hash)
                return
            }
            guard addresses[person]?[channel] == nil, only[person].map({ $0 == hash }) ?? true else { return }
            addresses[person, default: [:]][channel] = address
            hashes.insert(hash)
        }
        if only.isEmpty {
            for (person, own) in passedOver {
                guard let first = own.first, addresses[person]?[number(first.kind)] == nil else { continue }
                addresses[person, default: [:]][number(first.kind)] = first
            }
        }
        try db.each(
            """
            SELECT address, kind, id, at FROM suppressions WHERE address IN \(list: hashes.sorted()) AND lifted_at = 0
            ORDER BY address, kind
            """
        ) { row in
            guard let kind = SuppressionKind(rawValue: row.int(1)) else { return }
            suppressions[row.integer(0), default: []].append(Suppression(id: row.integer(2), kind: kind, at: row.timestamp(3)))
        }
        for (person, own) in passedOver {
            for address in own {
                guard let chosen = addresses[person]?[number(address.kind)], chosen != address else { continue }
                let said = (suppressions[AddressHash.of(address)] ?? []).filter { $0.kind != .bounce }
                if !said.isEmpty { carriedOver[person, default: [:]][number(address.kind), default: []] += said }
            }
        }
    }

    mutating func readPreferences(in db: Connection) throws {
        for (person, stated) in try PreferencesFold.read(people, in: db) {
            // Others than those offered have no say.
            let offered = act.channels.map(Text.folded)
            let channels = stated.channels.filter { offered.contains($0) }.map { number($0) }
            states[person]?.preferences = .init(
                channels: channels, quiet: stated.quiet, atMostEvery: stated.atMostEvery)
        }
    }

    mutating func readStandings(in db: Connection) throws {
        let facts = policy.decision.standings.map(\.fact)
        guard !facts.isEmpty else { return }
        try db.each(
            """
            SELECT person, fact, since, until, source FROM standings
            WHERE person IN \(list: people) AND fact IN \(list: facts) ORDER BY person, fact, since, id
            """
        ) { row in
            let until = row.integer(3) == 0 ? nil : row.timestamp(3)
            // What has ended holds nothing back and would only fill receipts.
            if let until, until <= wall { return }
            states[row.integer(0)]?.standings.append(
                .init(fact: row.integer(1), since: row.timestamp(2), until: until, by: row.integer(4)))
        }
    }

    func inputs(zones: ZoneTables, number: (String) -> Int64) -> [PersonID: DecisionInputLoader.Loaded] {
        let (brand, topic) = (self.number(act.brand), self.number(act.topic))
        let start = max(wall, act.notBefore ?? wall)
        let until = start + policy.decision.maximumDeferral + .days(1)
        let house = zones.window(policy.zone, number: 0, from: wall, until: until) ?? .utc
        var out: [PersonID: DecisionInputLoader.Loaded] = [:]
        for person in people {
            guard var state = states[person] else { continue }
            // The number of a person's own zone is not kept: its offsets say all that the decision used. 1 tells it from the house's.
            state.zone = zoneNames[person].flatMap { zones.window($0, number: 1, from: wall, until: until) } ?? house
            let own = addresses[person] ?? [:]
            let offers = act.channels.map { name -> Proposal.Offer in
                let channel = self.number(name)
                guard let address = own[channel] else { return .init(channel: channel, hasAddress: false) }
                let said = (suppressions[AddressHash.of(address)] ?? []) + (carriedOver[person]?[channel] ?? [])
                return .init(channel: channel, hasAddress: true, suppressions: said)
            }
            let proposal = Proposal(
                act: act.id, origin: act.origin, brand: brand, topic: topic, topicClass: act.topicClass, offers: offers,
                notBefore: act.notBefore, expiresAt: act.expiresAt,
                holdOut: act.holdOut > 0 ? HoldOut(share: act.holdOut, draw: HoldOut.draw(act.trial, person: person)) : nil)
            if act.topicClass == .marketing {
                state.exempt = policy.decision.trials.filter { $0.exempts(person) }.map(\.reason).sorted()
            }
            out[person] = .init(
                input: DecisionInput(proposal: proposal, person: state, policy: policy.decision, wall: wall), addresses: own)
        }
        return out
    }
}
