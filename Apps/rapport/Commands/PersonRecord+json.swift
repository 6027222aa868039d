import RapportCore
import RapportEngagement
import RapportStorage

extension Freshness {
    /// Since when it ages, in milliseconds how old it is, and in thousandths how far it may be believed.
    func members(at now: Timestamp) -> [JSONValue.Member] {
        [
            .init("since", .string(since.rfc3339)), .init("age_ms", .integer(age(at: now).milliseconds)),
            .init("budget_ms", budget.map { .integer($0.milliseconds) } ?? .null),
            .init("confidence", .integer(confidence(at: now))), .init("fresh", .bool(!isStale(at: now))),
        ]
    }
}

extension PersonRecord {
    func json(_ entries: [TimelinePage.Entry], at now: Timestamp) -> JSONValue {
        .object([
            .init("id", .string(publicID)), .init("name", .string(title)), .init("state", .string("\(state)")),
            .init("anonymous", .bool(anonymous)), .init("created_at", .string(createdAt.rfc3339)),
            .init("first_seen", .string(firstSeen.rfc3339)),
            .init("last_seen", .string(lastSeen.rfc3339)), .init("identifiers", .array(identifiers.map(\.json))),
            .init(
                "contacts",
                .array(
                    contacts.map { contact in
                        .object(
                            [
                                .init("kind", .string(contact.name)),
                                .init("confirmed_at", contact.confirmedAt.map { .string($0.rfc3339) } ?? .null),
                            ] + contact.freshness.members(at: now))
                    })),
            .init("fields", .array(fields.map { $0.json(at: now) })), .init("events", .array(entries.map(\.json))),
        ])
    }
}

extension PersonRecord.Known {
    var json: JSONValue {
        .object([
            .init("kind", .string(identifier.kind)), .init("value", .string(identifier.value)),
            .init("sources", .array(sources.map { JSONValue.string($0) })),
            .init("first_seen", .string(firstSeen.rfc3339)),
        ])
    }
}

extension FieldReading {
    func json(at now: Timestamp) -> JSONValue {
        .object(
            [
                .init("name", .string(name)), .init("value", value), .init("sayings", .array(sayings.map(\.json))),
            ] + freshness.members(at: now))
    }
}

extension FieldReading.Saying {
    var json: JSONValue {
        .object([
            .init("source", .string(source)), .init("value", value ?? .null), .init("said_at", .string(saidAt.rfc3339)),
            .init("confirmed_at", confirmedAt.map { JSONValue.string($0.rfc3339) } ?? .null),
        ])
    }
}

extension TimelinePage.Entry {
    var json: JSONValue {
        .object([
            .init("event", .string(ref.description)), .init("kind", .string(kind)), .init("source", .string(source)),
            .init("occurred_at", .string(occurredAt.rfc3339)),
            .init("phase", phase.map { .string($0.rawValue) } ?? .null),
            .init("initiator", initiator.map { .string($0.rawValue) } ?? .null), .init("properties", properties),
        ])
    }
}
