public import RapportCore

extension Manifest {
    /// The manifest for machines, with the settings as a JSON Schema.
    public var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("id", .string(id)), .init("kind", .string(kind.rawValue)), .init("version", .string(version)),
            .init("summary", .string(summary)),
        ]
        if kind == .channel { members.append(.init("capabilities", capabilities.json)) }
        members.append(.init("duties", .array(duties.map { .string($0.rawValue) })))
        members.append(.init("settings", settings.jsonSchema(title: id)))
        members.append(.init("callbacks", .array(callbacks.map { .string($0.path) })))
        return .object(members)
    }
}

extension Capabilities {
    public var json: JSONValue {
        [
            "addresses": .string(addresses), "html": .bool(html), "subject": .bool(subject), "attachments": .bool(attachments),
            "two_way": .bool(twoWay), "reports_delivery": .bool(reportsDelivery),
            "maximum_text": maximumText.map { .integer(Int64($0)) } ?? .null, "bulk": .integer(Int64(bulk)),
            "rate_per_second": ratePerSecond.map { .integer(Int64($0)) } ?? .null, "idempotent": .bool(idempotent),
        ]
    }
}
