import RapportCore

extension ReceiptWords {
    /// What was asked and found, a line each: topic, rule, permissions, channels passed over, tokens, versions.
    func details(act: String) -> [String] {
        var lines = [
            texts(
                "why.detail.about",
                [
                    "topic": names.topic(shape.topic), "class": shape.topicClass.name, "brand": names.symbol(shape.brand),
                    "act": act,
                ])
        ]
        lines += rule
        lines += person.permissions.filter { covers($0.scope) }.map { entry in
            let marks =
                (entry.isImported ? texts("why.detail.imported") : "") + (entry.isProven ? "" : texts("why.detail.unproven"))
            return texts(
                "why.detail.permission",
                [
                    "basis": entry.basis.name, "at": day(entry.at), "proof": marks,
                    "status": texts("why.status.\(["pending", "granted", "confirmed"][entry.status.rawValue])"),
                ])
        }
        lines += decision.refusals.map {
            texts("why.detail.refused", ["channel": names.symbol($0.channel), "code": $0.reason.code])
        }
        lines += decision.fallbacks.map(fallback)
        lines += person.exempt.map { texts("why.detail.exempt", ["code": $0.code]) }
        if !person.contacts.isEmpty { lines.append(texts("why.detail.contacts", count: Int64(person.contacts.count))) }
        lines.append(
            texts(
                "why.detail.decided",
                ["time": moment(input.wall), "policy": String(shape.policy), "function": String(shape.function)]))
        return lines
    }

    private func fallback(_ token: Int64) -> String {
        let known = person.tokens.first { $0.token == token }
        guard let known, known.quality == .good else { return texts("why.detail.fallback", ["token": names.symbol(token)]) }
        return texts(
            "why.detail.fallback_stale",
            [
                "token": names.symbol(token), "confidence": String(known.confidence),
                "wanted": String(input.policy.tokenConfidence),
            ])
    }

    private var rule: [String] {
        guard shape.topicClass == .marketing || shape.topicClass == .service, let channel = shape.channels.first else {
            return []
        }
        // A drop for a reason before permission asked no rule.
        if let reason = decision.reason, reason < .permissionNone { return [] }
        let index =
            shape.rule
            ?? input.policy.rules.speaking(
                country: person.country, channel: shape.channel == 0 ? channel : shape.channel, capacity: person.capacity,
                topicClass: shape.topicClass)
        guard let index, input.policy.rules.indices.contains(index) else { return [texts("why.detail.rule_none")] }
        let rule = input.policy.rules[index]
        if rule.needsNothing { return [texts("why.detail.rule_nothing", ["rule": rule.name])] }
        let bases = rule.sufficient.map { $0.basis.name + ($0.needsConfirmation ? " (confirmed)" : "") }
        return [texts("why.detail.rule", ["rule": rule.name, "bases": bases.joined(separator: " / ")])]
    }

    /// The same for machines.
    func facts(outcome: String) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("outcome", .string(outcome)), .init("decided_at", .string(input.wall.rfc3339)),
            .init("act", .integer(shape.act)), .init("brand", .string(names.symbol(shape.brand))),
            .init("topic", .string(names.symbol(shape.topic))), .init("class", .string(shape.topicClass.name)),
            .init("policy", .integer(shape.policy)), .init("function", .integer(shape.function)),
        ]
        if let reason = decision.reason { members.append(.init("reason", .string(reason.code))) }
        switch decision.verdict {
        case .send(let channel, let at):
            members += [.init("channel", .string(names.symbol(channel))), .init("at", .string(at.rfc3339))]
        case .wait(let until, _, let channel):
            members += [.init("channel", .string(names.symbol(channel))), .init("until", .string(until.rfc3339))]
        case .drop: break
        }
        return .object(members)
    }
}
