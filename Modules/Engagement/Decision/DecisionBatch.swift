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

    /// The address of each channel, as `AddressChoice` has it; at the gate the one that the message was queued for, unless it has
    /// bounced since or belongs to a job that is over, and there is another.
    ///
    /// What was said against a former address (a complaint, a hand on the list) is said against the one that stands in for it; a
    /// complaint against any address of their own that was passed over, too: it is the person's.
    mutating func readAddresses(only: [PersonID: Int64], in db: Connection) throws {
        let former = try FormerAddresses.of(people, in: db)
        var known: [PersonID: [String: [AddressChoice]]] = [:]
        try db.each(
            """
            SELECT identifiers.person, identifier_kinds.name, identifiers.value, MAX(identifiers.first_seen), MIN(identifiers.holder)
            FROM identifiers
            JOIN identifier_kinds ON identifier_kinds.id = identifiers.kind
            WHERE identifiers.person IN \(list: people) AND identifier_kinds.name IN \(list: act.channels)
            GROUP BY identifiers.person, identifier_kinds.name, identifiers.value
            ORDER BY identifiers.person, identifier_kinds.name, identifiers.value
            """
        ) { row in
            let address = Identifier(kind: row.text(1), value: row.text(2))
            let isFormer = address.kind == "email" && former[row.integer(0)]?.contains(address.value) ?? false
            known[row.integer(0), default: [:]][address.kind, default: []].append(
                AddressChoice(
                    address: address, seenAt: row.timestamp(3), isFormer: isFormer, isShared: row.integer(4) != 0))
        }
        try readSuppressions(known.values.flatMap { $0.values.joined() }.map(\.hash), in: db)
        var confirmed: [PersonID: [Int64: Timestamp]] = [:]
        // Most have one address: whoever has several is asked about.
        let several = known.filter { $0.value.values.contains { $0.count > 1 } }.keys.sorted()
        if !several.isEmpty {
            try db.each("SELECT person, address, at FROM address_confirmations WHERE person IN \(list: several)") { row in
                confirmed[row.integer(0), default: [:]][row.integer(1)] = row.timestamp(2)
            }
        }
        for (person, kinds) in known {
            for (kind, candidates) in kinds {
                choose(of: candidates, kind, of: person, queued: only[person], confirmed[person] ?? [:])
            }
        }
    }

    private mutating func choose(
        of candidates: [AddressChoice], _ kind: String, of person: PersonID, queued: Int64?, _ confirmed: [Int64: Timestamp]
    ) {
        let judged = candidates.map { one in
            var one = one
            one.confirmedAt = confirmed[one.hash]
            one.isBounced = suppressions[one.hash]?.contains { $0.kind == .bounce } ?? false
            return one
        }
        var best = judged.min()
        if let queued {
            // Gone is gone: whoever has not got the address any more is not written to at another by surprise.
            guard let own = judged.first(where: { $0.hash == queued }) else { return }
            if own.isFit || best?.isFit != true { best = own }
        }
        guard let best else { return }
        addresses[person, default: [:]][number(kind)] = best.address
        for other in judged where other.hash != best.hash {
            let said = (suppressions[other.hash] ?? []).filter {
                ($0.kind == .complaint && (!other.isShared || other.isFormer)) || (other.isFormer && $0.kind == .manual)
            }
            if !said.isEmpty { carriedOver[person, default: [:]][number(kind), default: []] += said }
        }
    }

    private mutating func readSuppressions(_ hashes: [Int64], in db: Connection) throws {
        try db.each(
            """
            SELECT address, kind, id, at FROM suppressions WHERE address IN \(list: hashes.sorted()) AND lifted_at = 0
            ORDER BY address, kind
            """
        ) { row in
            guard let kind = SuppressionKind(rawValue: row.int(1)) else { return }
            suppressions[row.integer(0), default: []].append(Suppression(id: row.integer(2), kind: kind, at: row.timestamp(3)))
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
