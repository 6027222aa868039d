import RapportCore
import RapportStorage

/// Turns a tracked call into events: the e-commerce names of the Segment specification become Rapport's, traits become
/// declared fields, ids become identifiers.
struct TrackingTranslator: Sendable {
    /// What became of one call.
    struct Translation: Sendable {
        var events: [NewEvent] = []
        /// Kinds and fields that nobody declared and the source's policy drops: counted, then forgotten.
        var dropped: [String] = []
        /// What is not what its name says and was left out, while the call came in: `email`, `phone`, `sentAt`.
        var unread: [String] = []
        /// The kind of an order's event that does not say which order, though the specification wants `order_id`.
        var unnumbered: String?
    }

    /// Kinds whose events tell of one order.
    private static let numbered: Set = ["order.placed", "order.updated", "order.refunded", "order.cancelled"]

    /// How long the message id of a tracked call is remembered.
    static let dedupeDays = 30

    let source: TrackingSource
    let schema: TrackingSchema

    /// - Throws: `Problem` `track.undeclared` where the source refuses what is not declared, `track.bad_id` for an id by which nobody
    ///   can be told.
    func translate(_ call: TrackedCall) throws -> Translation {
        var out = Translation()
        let traits = call.kind == .identify ? call.body["traits"] : call.body["context"]?["traits"]
        let identifiers = try identifiers(of: call, traits: traits, &out)
        if call.isUncorrected { out.unread.append("sentAt") }
        if call.kind == .identify {
            if let event = try fieldsEvent(call, traits: traits, identifiers: identifiers, &out) { out.events.append(event) }
            return out
        }
        let kind = kind(of: call)
        if !schema.kinds.contains(kind) {
            switch source.undeclared {
            case .keep: break
            case .drop:
                out.dropped.append(kind)
                return out
            case .refuse:
                throw Problem(
                    "track.undeclared", "events of kind \(kind) are not declared", at: .init(path: "event"),
                    remedy: "Declare the kind, or set undeclared: keep for this source")
            }
        }
        let properties = JSONValue.object(properties(of: call))
        if Self.numbered.contains(kind), PlacedOrder.number(of: properties) == nil { out.unnumbered = kind }
        out.events.append(event(call, kind: kind, identifiers: identifiers, properties: properties, part: ""))
        if let account = account(call) { out.events.append(account) }
        return out
    }

    /// What a `group` call says of the company itself.
    private func account(_ call: TrackedCall) -> NewEvent? {
        guard call.kind == .group, let id = call.body["groupId"]?.string, !id.isEmpty, let traits = call.body["traits"]?.object,
            !traits.isEmpty
        else { return nil }
        let fields = traits.map { JSONValue.Member(EventNames.snakeCase($0.name), $0.value) }
        return event(
            call, kind: RecordKind.account.eventKind, identifiers: [],
            properties: ["id": .string(id), "fields": .object(fields)], part: "account")
    }

    private func kind(of call: TrackedCall) -> String {
        switch call.kind {
        case .identify: FieldsFold.eventKind
        case .page: "page.viewed"
        case .screen: "screen.viewed"
        case .group: "account.joined"
        case .alias: "person.aliased"
        case .track: EventNames.kind(of: call.body["event"]?.string ?? "", isDeclared: schema.kinds.contains)
        }
    }

    private func event(
        _ call: TrackedCall, kind: String, identifiers: [Identifier], properties: JSONValue, personal: JSONValue? = nil,
        part: String
    ) -> NewEvent {
        NewEvent(
            kind: kind, source: source.name, identifiers: identifiers, occurredAt: call.occurredAt, properties: properties,
            personal: personal, dedupeKey: call.messageID.map { DedupeKey.hash(["track", source.name, $0, part], near: $0) },
            dedupeDays: Self.dedupeDays)
    }

    // MARK: - Who

    private func identifiers(
        of call: TrackedCall, traits: JSONValue?, _ translation: inout Translation
    ) throws -> [Identifier] {
        var out: [Identifier] = []
        func add(_ kind: String, id value: String?, _ field: String) throws {
            guard let value else { return }
            guard let identifier = try? Identifier.normalised(kind: kind, value: value) else {
                throw Problem(
                    "track.bad_id", "`\(field)` names nobody: it is blank or has control characters", at: .init(path: field),
                    remedy: "Send the id that you know the person by, or leave it out")
            }
            out.append(identifier)
        }
        func add(_ kind: String, of traits: JSONValue?) {
            guard let value = traits?[kind], value != .null, value.string?.allSatisfy(\.isWhitespace) != true else { return }
            var text = value.string
            // Clients write telephone numbers as numbers, too.
            if case .integer(let number) = value { text = String(number) }
            if let text,
                let identifier = try? Identifier.normalised(kind: kind, value: text, region: source.region)
            {
                out.append(identifier)
            } else {
                translation.unread.append(kind)
            }
        }
        try add(source.userKind, id: call.userID, "userId")
        try add("device", id: call.anonymousID, "anonymousId")
        // `alias` is called with the anonymous id that the person had; a known one would be another person.
        try add("device", id: call.previousID, "previousId")
        if call.kind == .identify || call.kind == .track {
            for kind in ["email", "phone"] { add(kind, of: traits) }
        }
        return out
    }

    // MARK: - What

    private func properties(of call: TrackedCall) -> [JSONValue.Member] {
        var members: [JSONValue.Member]
        switch call.kind {
        case .group:
            members = [.init("account", .string(call.body["groupId"]?.string ?? ""))] + (call.body["traits"]?.object ?? [])
        case .alias: members = [.init("previous", .string(call.previousID ?? ""))]
        default: members = call.body["properties"]?.object ?? []
        }
        if call.kind == .page || call.kind == .screen {
            for name in ["name", "category"] where call.body[name]?.string != nil && !members.contains(where: { $0.name == name })
            {
                members.append(.init(name, call.body[name] ?? .null))
            }
        }
        if call.kind == .track { rename(&members, of: kind(of: call)) }
        if let campaign = call.body["context"]?["campaign"]?["name"], !members.contains(where: { $0.name == "campaign" }) {
            members.append(.init("campaign", campaign))
        }
        return members
    }

    /// `revenue` stands for `total` where an order names only that, and what is refunded is an `amount`; `products` are an
    /// order's lines; `order_id` is the order.
    private func rename(_ members: inout [JSONValue.Member], of kind: String) {
        let names = Set(members.map(\.name))
        let total = kind == "order.refunded" && !names.contains("amount") ? "amount" : "total"
        for (index, member) in members.enumerated() {
            switch member.name {
            case "total": members[index].name = total
            case "revenue" where !names.contains("total"): members[index].name = total
            case "order_id" where !names.contains("order"): members[index].name = "order"
            case "products" where !names.contains("lines"):
                members[index].name = "lines"
                if !names.contains("items"), let lines = member.value.array {
                    members.append(.init("items", .integer(Int64(lines.count))))
                }
            default: break
            }
        }
    }

    // MARK: - Fields

    /// Segment's trait names, as Rapport's fields are called.
    private static let fieldNames = [
        "firstName": "first_name", "lastName": "last_name", "postalCode": "postcode", "postal_code": "postcode",
        "createdAt": "created_at", "timezone": "time_zone", "locale": "language", "zip": "postcode",
    ]

    private func fieldsEvent(
        _ call: TrackedCall, traits: JSONValue?, identifiers: [Identifier], _ out: inout Translation
    ) throws -> NewEvent? {
        var members: [JSONValue.Member] = []
        for member in traits?.object ?? [] where member.name != "email" && member.name != "phone" {
            switch (member.name, member.value) {
            case ("address", .object(let parts)): members += parts
            case ("company", .object(let parts)):
                members += parts.filter { $0.name == "name" }.map { .init("company", $0.value) }
            default: members.append(member)
            }
        }
        for index in members.indices {
            let name = members[index].name
            members[index].name = Self.fieldNames[name] ?? EventNames.snakeCase(name)
        }
        let sorted = schema.fields.sort(members)
        if let problem = sorted.unfit.first { throw problem }
        if let name = sorted.undeclared.first, source.undeclared == .refuse {
            throw Problem("track.undeclared", "the field \(name) is not declared", at: .init(path: "traits.\(name)"))
        }
        out.dropped += sorted.undeclared.map { "field \($0)" }
        guard !identifiers.isEmpty else { return nil }
        var properties = [JSONValue.Member("fields", .object(sorted.properties))]
        // Which, for whoever looks at the person, and not what: that may be anything.
        if !out.unread.isEmpty { properties.append(.init("unread", .string(out.unread.joined(separator: ", ")))) }
        return event(
            call, kind: FieldsFold.eventKind, identifiers: identifiers, properties: .object(properties),
            personal: sorted.personal.isEmpty ? nil : ["fields": .object(sorted.personal)], part: "fields")
    }
}
