import RapportCore
import RapportEngagement
import RapportStorage

/// A person in context, as the command line shows it.
struct PersonContext: Sendable {
    var affiliations: [PersonAffiliation]
    var households: [PersonHousehold]
    var relations: [PersonRelation]
    var colleagues: [Colleague]
    var former: Set<String>
    var stages: [LifecycleQuestions.Change]
    var permissions: [PermissionLine]

    init(of person: PersonID, in db: Connection) throws {
        affiliations = try People.affiliations(of: person, in: db)
        households = try People.households(of: person, in: db)
        relations = try People.relations(of: person, in: db)
        colleagues = try People.colleagues(of: person, limit: 20, in: db)
        stages = try LifecycleQuestions.history(of: person, in: db)
        permissions = try PermissionLine.all(of: person, in: db)
        former = try FormerAddresses.of([person], in: db)[person] ?? []
    }

    /// The stage and since when.
    func stage(_ output: Output) -> String? {
        stages.last.flatMap { change in
            change.to.map { output.text("people.stage", ["stage": $0, "day": output.day(change.at)]) }
        }
    }

    func show(_ output: Output) {
        if !permissions.isEmpty {
            output.line()
            let all = (output.texts("page.all_topics"), output.texts("page.all_channels"))
            output.table(
                ["permission", "topic", "channel", "basis", "brand", "when"],
                permissions.map { one in
                    [
                        output.texts("page.permission.\(one.state.rawValue)"), one.topic.isEmpty ? all.0 : one.topic,
                        one.channel.isEmpty ? all.1 : one.channel, one.basis ?? "", one.brand, output.time(one.at),
                    ]
                })
        }
        if !affiliations.isEmpty {
            output.line()
            output.table(
                ["company", "key", "role", "title", "since", "until"],
                affiliations.reversed().map { one in
                    [
                        one.title, one.source.isEmpty ? "" : one.reference, Self.role(of: one.affiliation, output),
                        one.affiliation.title, Self.since(one.affiliation.since, one.affiliation.isDated, output),
                        one.affiliation.until.map(output.day) ?? "",
                    ]
                })
        }
        let people =
            relations.map { one in
                [
                    output.relation(one.relation.kind), one.name ?? output.text("people.nobody"), one.otherID ?? "",
                    Self.since(one.relation.since, one.relation.isDated, output), one.relation.until.map(output.day) ?? "",
                ]
            }
            + colleagues.map { one in
                [
                    output.text("people.colleague", ["account": one.account]), one.name, one.publicID, output.day(one.since),
                    one.until.map(output.day) ?? "",
                ]
            }
        if !people.isEmpty {
            output.line()
            output.table(["relation", "name", "person", "since", "until"], people)
        }
        if !households.isEmpty {
            output.line()
            output.table(
                ["household", "with", "since", "until"],
                households.reversed().map { one in
                    [
                        one.household, one.members.map(\.name).joined(separator: ", "),
                        one.since.map { Self.since($0, one.isDated, output) } ?? "", one.until.map(output.day) ?? "",
                    ]
                })
        }
    }

    static func role(of affiliation: Affiliation, _ output: Output) -> String {
        let role = affiliation.role.isEmpty ? "" : output.role(affiliation.role)
        guard affiliation.isPrimary else { return role }
        return role.isEmpty ? output.text("people.primary") : "\(role), \(output.text("people.primary"))"
    }

    /// A beginning that is only when it was first heard of says so.
    static func since(_ moment: Timestamp, _ isDated: Bool, _ output: Output) -> String {
        isDated ? output.day(moment) : output.text("people.heard", ["day": output.day(moment)])
    }

    var json: [JSONValue.Member] {
        [
            .init("accounts", .array(affiliations.map(\.json))), .init("households", .array(households.map(\.json))),
            .init("relations", .array(relations.map(\.json))), .init("colleagues", .array(colleagues.map(\.json))),
            .init("lifecycle", stages.last.flatMap(\.to).map { .string($0) } ?? .null),
            .init("lifecycle_since", stages.last.map { .string($0.at.rfc3339) } ?? .null),
            .init("lifecycle_history", .array(stages.map(\.json))),
            .init("permissions", .array(permissions.map(\.json))),
            .init("former_addresses", .array(former.sorted().map { .string($0) })),
        ]
    }
}

extension Affiliation {
    fileprivate var jsonMembers: [JSONValue.Member] {
        [
            .init("role", role.isEmpty ? .null : .string(role)), .init("title", title.isEmpty ? .null : .string(title)),
            .init("primary", .bool(isPrimary)), .init("since", .string(since.rfc3339)), .init("dated", .bool(isDated)),
            .init("until", until.map { .string($0.rfc3339) } ?? .null),
        ]
    }
}

extension PersonAffiliation {
    var json: JSONValue {
        .object(
            [
                .init("source", source.isEmpty ? .null : .string(source)), .init("key", key.isEmpty ? .null : .string(key)),
                .init("name", name.map { .string($0) } ?? .null), .init("id", accountID.map { .string($0) } ?? .null),
            ] + affiliation.jsonMembers)
    }
}

extension AccountMember {
    var json: JSONValue {
        .object([.init("id", .string(publicID)), .init("name", .string(name))] + affiliation.jsonMembers)
    }
}

extension AccountEvent {
    var json: JSONValue {
        guard case .object(let members) = entry.json else { return entry.json }
        return .object(members + [.init("person", .string(publicID)), .init("name", .string(name))])
    }
}

extension PersonHousehold {
    var json: JSONValue {
        [
            "household": .string(household), "since": since.map { .string($0.rfc3339) } ?? .null, "dated": .bool(isDated),
            "until": until.map { .string($0.rfc3339) } ?? .null,
            "members": .array(members.map { ["id": .string($0.id), "name": .string($0.name)] }),
        ]
    }
}

extension PersonRelation {
    var json: JSONValue {
        [
            "relation": .string(relation.kind), "id": otherID.map { .string($0) } ?? .null,
            "name": name.map { .string($0) } ?? .null, "since": .string(relation.since.rfc3339),
            "dated": .bool(relation.isDated), "until": relation.until.map { .string($0.rfc3339) } ?? .null,
        ]
    }
}

extension Colleague {
    var json: JSONValue {
        [
            "id": .string(publicID), "name": .string(name), "account": .string(account), "since": .string(since.rfc3339),
            "until": until.map { .string($0.rfc3339) } ?? .null,
        ]
    }
}

extension TimelinePage.Entry {
    /// `after, us`: when it came, seen from the purchase, and who began it.
    func touchpoint(_ output: Output) -> String {
        [phase.map { output.texts("touchpoint.\($0.rawValue)") }, initiator.map { output.texts("touchpoint.\($0.rawValue)") }]
            .compactMap { $0 }.joined(separator: ", ")
    }
}
