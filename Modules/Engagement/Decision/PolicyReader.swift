import RapportCore

/// Turns the bodies of definitions into the policy that the decision function reads.
struct PolicyReader {
    /// The number of a name: a channel, topic or fact.
    let number: (String) throws -> Int64

    func read(_ body: JSONValue, version: Int64) throws -> DecisionPolicy {
        var policy = DecisionPolicy(version: version)
        for member in body["permission"]?.object ?? [] {
            policy.rules += try rules(PolicyBody(member.value), of: member.name)
        }
        for member in body["guards"]?.object ?? [] { try add(PolicyBody(member.value), to: &policy) }
        return policy
    }

    /// `permission.de`: countries, where the rules come from, and the rules in order.
    func rules(_ body: PolicyBody, of name: String) throws -> [PermissionRule] {
        try body.checkKeys(["countries", "source", "note", "rules"])
        guard try body.text("source") != nil else {
            throw body.problem("rules say where they come from", "source", remedy: "Name the law, or who decided.")
        }
        let countries = try (body.texts("countries") ?? []).map { code in
            guard let country = Country(code) else { throw body.problem("\"\(code)\" is no ISO 3166 code", "countries") }
            return country
        }
        return try body.list("rules").enumerated().map { try rule($1, name: "\(name).\($0 + 1)", countries: countries) }
    }

    private func rule(_ body: PolicyBody, name: String, countries: [Country]) throws -> PermissionRule {
        try body.checkKeys(["class", "channel", "capacity", "bases", "needs"])
        var capacity: Capacity?
        if let word = try body.text("capacity") {
            guard let known = Capacity.allCases.first(where: { $0.name == word }) else {
                throw body.problem("\"\(word)\" is neither person nor company", "capacity")
            }
            capacity = known
        }
        let needs = try body.text("needs")
        guard needs == nil || needs == "nothing" else {
            throw body.problem("needs can only be \"nothing\"", "needs", remedy: "List what suffices under bases.")
        }
        let topicClass = try body.topicClass(try body.text("class") ?? "", "class")
        return PermissionRule(
            name: name, countries: countries, channel: try body.text("channel").map(number) ?? 0, capacity: capacity,
            topicClass: topicClass, sufficient: try (body.texts("bases") ?? []).map { try sufficient($0, in: body) },
            needsNothing: needs != nil)
    }

    /// `consent`, `consent confirmed`, `existing_customer for 730d`
    private func sufficient(_ text: String, in body: PolicyBody) throws -> PermissionRule.Sufficient {
        let words = text.split(separator: " ")
        let wrong = body.problem(
            "\"\(text)\" is no basis", "bases",
            remedy: "Write one of \(Basis.allCases.map(\.name).joined(separator: ", ")), then `confirmed` or `for 730d`.")
        guard let first = words.first, let basis = Basis(name: first) else { throw wrong }
        switch words.dropFirst() {
        case []: return .init(basis)
        case ["confirmed"]: return .init(basis, needsConfirmation: true)
        case let rest where rest.count == 2 && rest.first == "for":
            guard let last = rest.last, let span = Span(last) else { throw wrong }
            return .init(basis, lasts: span)
        default: throw wrong
        }
    }

    func add(_ body: PolicyBody, to policy: inout DecisionPolicy) throws {
        try body.checkKeys([
            "quiet_hours", "silent_days", "caps", "standings", "one_per_household", "token_confidence", "maximum_deferral",
            "zone", "country", "trials",
        ])
        for item in try body.list("quiet_hours") {
            try item.checkKeys(["from", "until", "country", "channel", "classes"])
            policy.quietHours.append(
                .init(
                    hours: DailyHours(from: try item.minute("from"), until: try item.minute("until")),
                    country: try item.country("country") ?? .unknown, channel: try item.text("channel").map(number) ?? 0,
                    classes: try item.classes("classes") ?? .marketing))
        }
        for item in try body.list("silent_days") { policy.silentDays += try silentDays(item) }
        for item in try body.list("caps") { policy.caps.append(try cap(item)) }
        for item in try body.list("standings") {
            try item.checkKeys(["fact", "classes"])
            guard let fact = try item.text("fact") else { throw item.problem("the fact is missing", "fact") }
            policy.standings.append(
                .init(
                    fact: try number(fact), classes: try item.classes("classes") ?? .marketing,
                    reason: fact == "complaint.open" ? .complaintOpen : .standing))
        }
        policy.trials += try trials(body)
        policy.onePerHousehold = try body.flag("one_per_household") ?? policy.onePerHousehold
        policy.tokenConfidence = try body.integer("token_confidence", in: 0...100) ?? policy.tokenConfidence
        policy.maximumDeferral = try body.span("maximum_deferral") ?? policy.maximumDeferral
        _ = try body.country("country")
        if let zone = try body.text("zone"), TimeZoneRules(zone) == nil {
            throw body.problem("\"\(zone)\" is no IANA zone", "zone", remedy: "Write Europe/Berlin, for example.")
        }
    }

    /// `12-25` in every year, or `2026-04-03`.
    private func silentDays(_ body: PolicyBody) throws -> [DecisionPolicy.SilentDay] {
        try body.checkKeys(["country", "days"])
        let country = try body.country("country") ?? .unknown
        return try (body.texts("days") ?? []).map { text in
            let parts = text.split(separator: "-").map { Int($0) ?? -1 }
            let year = parts.count == 3 ? parts[0] : 0
            // Of a day without a year, 29 February is one too.
            guard parts.count == 2 || (parts.count == 3 && year > 0),
                CivilDate(year: year == 0 ? 2_024 : year, month: parts[parts.count - 2], day: parts[parts.count - 1]) != nil
            else { throw body.problem("\"\(text)\" is no day", "days", remedy: "Write \"12-25\" or \"2026-04-03\".") }
            return .init(country: country, year: year, month: parts[parts.count - 2], day: parts[parts.count - 1])
        }
    }

    /// `trials: { cap.all: 1 % }`
    private func trials(_ body: PolicyBody) throws -> [DecisionPolicy.Trial] {
        guard let stated = body.value["trials"], !stated.isNull else { return [] }
        guard let members = stated.object else { throw body.problem("this should be a mapping", "trials") }
        let known = DecisionPolicy.Trial.guards
        return try members.map { member in
            guard let reason = Reason(code: member.name), known.contains(reason) else {
                throw body.problem(
                    "\"\(member.name)\" is no guard that chance may leave out", "trials",
                    remedy: "Law and people's own wishes always hold. These are the house's own: "
                        + known.map(\.code).joined(separator: ", "))
            }
            let text = member.value.string ?? member.value.text
            guard let share = HoldOut.share(text), share > 0, share <= HoldOut.whole / 10 else {
                throw body.problem(
                    "a share is over 0 and at most 10 %", "trials.\(member.name)", remedy: "Write 1 %, for example.")
            }
            return .init(reason: reason, share: share)
        }
    }

    private func cap(_ body: PolicyBody) throws -> DecisionPolicy.Cap {
        try body.checkKeys(["per", "only", "limit", "window"])
        let scopes: [String: DecisionPolicy.Cap.Scope] = ["channel": .channel, "topic": .topic, "all": .all]
        guard let scope = scopes[try body.text("per") ?? ""] else {
            throw body.problem("a cap is per channel, topic or all", "per")
        }
        guard let limit = try body.integer("limit", in: 0...1_000_000), let window = try body.span("window") else {
            throw body.problem("a cap has a limit and a window", "limit", remedy: "limit: 3, window: 7d")
        }
        return .init(scope: scope, id: try body.text("only").map(number) ?? 0, limit: limit, window: window)
    }
}
