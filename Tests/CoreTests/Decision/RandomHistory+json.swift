import RapportCore

/// The form in which the independent judge reads a history.
extension RandomHistory {
    var json: JSONValue {
        ["wall": time(input.wall), "proposal": proposal, "person": person, "policy": policy]
    }

    /// The line that the judge should print.
    static func line(_ decision: Decision) -> String {
        let tokens = decision.fallbacks.map(String.init).joined(separator: ",")
        let tail = "\(decision.permission) \(tokens.isEmpty ? "-" : tokens)"
        switch decision.verdict {
        case .send(let channel, let at): return "send \(channel) \(at.milliseconds) \(tail)"
        case .wait(let until, let reason, let channel):
            return "wait \(channel) \(until.milliseconds) \(reason.code) \(tail)"
        case .drop(let reason): return "drop \(reason.code)"
        }
    }

    private func time(_ moment: Timestamp?) -> JSONValue { moment.map { .integer($0.milliseconds) } ?? .null }
    private func number(_ value: Int) -> JSONValue { .integer(Int64(value)) }
    private func scope(_ scope: PermissionScope) -> JSONValue {
        [.integer(scope.brand), .integer(scope.topic), .integer(scope.channel)]
    }
    private func classes(_ classes: TopicClasses) -> JSONValue {
        .array(TopicClass.allCases.filter { classes.has($0) }.map { .string($0.name) })
    }

    private var proposal: JSONValue {
        [
            "act": .integer(input.proposal.act), "brand": .integer(input.proposal.brand), "topic": .integer(input.proposal.topic),
            "class": .string(input.proposal.topicClass.name), "not_before": time(input.proposal.notBefore),
            "expires_at": time(input.proposal.expiresAt),
            "hold_out": input.proposal.holdOut.map { ["share": number($0.share), "draw": number($0.draw)] } ?? .null,
            "offers": .array(
                input.proposal.offers.map {
                    [
                        "channel": .integer($0.channel), "has_address": .bool($0.hasAddress),
                        "suppressions": .array($0.suppressions.map { .string($0.kind.name) }),
                    ]
                }),
        ]
    }

    private var person: JSONValue {
        let person = input.person
        let permissions: [JSONValue] = person.permissions.map {
            [
                "id": .integer($0.id), "scope": scope($0.scope), "basis": .string($0.basis.name),
                "status": .string(["pending", "granted", "confirmed"][$0.status.rawValue]), "proven": .bool($0.isProven),
                "imported": .bool($0.isImported), "at": time($0.at),
            ]
        }
        let standings: [JSONValue] = person.standings.map {
            ["fact": .integer($0.fact), "since": time($0.since), "until": time($0.until)]
        }
        let contacts: [JSONValue] = person.contacts.map {
            [
                "act": .integer($0.act), "channel": .integer($0.channel), "topic": .integer($0.topic),
                "class": .string($0.topicClass.name), "at": time($0.at),
            ]
        }
        let tokens: [JSONValue] = person.tokens.map {
            [
                "token": .integer($0.token), "quality": .string(["good", "missing", "odd"][$0.quality.rawValue]),
                "confidence": number($0.confidence),
            ]
        }
        func optOuts(_ entries: [OptOutEntry]) -> JSONValue {
            .array(entries.map { ["scope": scope($0.scope), "at": time($0.at)] })
        }
        return [
            "erased": .bool(person.isErased), "restricted": .bool(person.restrictedSince != nil),
            "country": .string(person.country.description), "capacity": .string(person.capacity.name), "zone": .string(zone),
            "permissions": .array(permissions), "withdrawals": optOuts(person.withdrawals),
            "objections": optOuts(person.objections), "standings": .array(standings), "contacts": .array(contacts),
            "household": .bool(person.household != nil), "tokens": .array(tokens),
            "channels": .array(person.preferences.channels.map { .integer($0) }),
            "at_most_every": person.preferences.atMostEvery.map { .integer($0.milliseconds) } ?? .null,
            "exempt": .array(person.exempt.map { .string($0.code) }),
            "quiet": person.preferences.quiet.map { [number($0.from), number($0.until)] } ?? .null,
        ]
    }

    private var policy: JSONValue {
        let policy = input.policy
        let rules: [JSONValue] = policy.rules.map { rule in
            let bases: [JSONValue] = rule.sufficient.map {
                [
                    "basis": .string($0.basis.name), "confirmed": .bool($0.needsConfirmation),
                    "lasts": $0.lasts.map { .integer($0.milliseconds) } ?? .null,
                ]
            }
            return [
                "countries": .array(rule.countries.map { .string($0.description) }), "channel": .integer(rule.channel),
                "capacity": rule.capacity.map { .string($0.name) } ?? .null, "class": .string(rule.topicClass.name),
                "bases": .array(bases), "nothing": .bool(rule.needsNothing),
            ]
        }
        let quiet: [JSONValue] = policy.quietHours.map {
            [
                "from": number($0.hours.from), "until": number($0.hours.until), "country": .string($0.country.description),
                "channel": .integer($0.channel), "classes": classes($0.classes),
            ]
        }
        let days: [JSONValue] = policy.silentDays.map {
            [
                "country": .string($0.country.description), "year": number($0.year), "month": number($0.month),
                "day": number($0.day),
            ]
        }
        let caps: [JSONValue] = policy.caps.map {
            [
                "scope": .string(["channel", "topic", "all"][$0.scope.rawValue]), "id": .integer($0.id),
                "limit": number($0.limit),
                "window": .integer($0.window.milliseconds),
            ]
        }
        let guards: [JSONValue] = policy.standings.map {
            ["fact": .integer($0.fact), "classes": classes($0.classes), "reason": .string($0.reason.code)]
        }
        return [
            "rules": .array(rules), "quiet_hours": .array(quiet), "silent_days": .array(days), "caps": .array(caps),
            "standing_guards": .array(guards), "one_per_household": .bool(policy.onePerHousehold),
            "token_confidence": number(policy.tokenConfidence),
            "maximum_deferral": .integer(policy.maximumDeferral.milliseconds),
        ]
    }
}
