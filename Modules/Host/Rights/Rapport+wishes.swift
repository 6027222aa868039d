public import RapportCore
import RapportEngagement
public import RapportStorage

/// What a person may ask for beside access and erasure.
public enum PersonalWish: Sendable, Hashable {
    /// Keep what is known, and use it for nothing (GDPR, article 18).
    case restrict
    /// The restriction is lifted: the person has to be told before (article 18, paragraph 3).
    case release
    /// No direct marketing, profiling for it included (article 21): of a topic, on a channel, or at all.
    case object(topic: String?, channel: String?)

    var kind: PermissionAct.Kind {
        switch self {
        case .restrict: .restricted
        case .release: .released
        case .object: .objected
        }
    }

    var receipt: RightsReceipt.Kind {
        switch self {
        case .restrict: .restriction
        case .release: .release
        case .object: .objection
        }
    }
}

extension Rapport {
    /// Corrects fields of a person (GDPR, article 16). A correction holds against what sources said and will say, until the person
    /// confirms another value; what they said stays as provenance.
    ///
    /// - Parameter values: text as it is written in files; "" says that there is no value.
    /// - Throws: `Problem` `field.unknown`, `field.value`.
    public func correct(
        _ person: PersonID, _ values: [(field: String, value: String)], actor: String, because: String
    ) async throws -> RightsReceipt {
        let now = clock.now
        let door = door
        return try await database.write { db in
            let publicID = try Self.active(person, in: db)
            // By a profile of its own, beside which the sources' words stay.
            var events = try RecordEdits(person, actor: actor, at: now, in: db).setting(
                values.map { ($0.field, $0.value) }, source: FieldDefinition.correctionSource, isConfirmed: true)
            for index in events.indices {
                events[index].properties = .object((events[index].properties.object ?? []) + [.init("because", .string(because))])
            }
            try Self.accepted(try door.accept(events, in: db))
            return try RightsReceipt.issue(
                .correction, person: publicID, at: now, actor: actor, because: because,
                done: [.init("fields", .array(values.map { .string($0.field) }))], in: db)
        }
    }

    /// Takes a wish down in the ledger, where it is in force at once, and signs it.
    ///
    /// - Parameter evidence: how it came: a letter's date, a ticket's number.
    public func take(_ wish: PersonalWish, of person: PersonID, actor: String, evidence: String) async throws -> RightsReceipt {
        let now = clock.now
        let door = door
        var properties: [JSONValue.Member] = [
            .init("where", .string("desk")), .init("evidence", .string(evidence)), .init("actor", .string(actor)),
        ]
        var done: [JSONValue.Member] = []
        if case .object(let topic, let channel) = wish {
            if let topic { properties.append(.init("topic", .string(topic))) }
            if let channel { properties.append(.init("channel", .string(channel))) }
            done = [.init("topic", .string(topic ?? "all")), .init("channel", .string(channel ?? "all"))]
        }
        let (said, told) = (JSONValue.object(properties), done)
        return try await database.write { db in
            let publicID = try Self.active(person, in: db)
            let event = NewEvent(
                kind: wish.kind.rawValue, source: "rapport", person: person, occurredAt: now, properties: said)
            // The door has the ledger record it.
            try Self.accepted(try door.accept([event], in: db))
            return try RightsReceipt.issue(
                wish.receipt, person: publicID, at: now, actor: actor, because: evidence, done: told, in: db)
        }
    }

    private static func accepted(_ answers: [Acceptance]) throws {
        for case .refused(let problem) in answers { throw problem }
    }

    /// The public id of somebody who is there.
    private static func active(_ person: PersonID, in db: Connection) throws -> String {
        guard let record = try People.record(of: person, in: db), record.state == .active else {
            throw Problem("person.not_found", "there is no such person, or not any more")
        }
        return record.publicID
    }
}
