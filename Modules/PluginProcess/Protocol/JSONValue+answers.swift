import RapportCore
import RapportPluginKit

/// What a plugin says, read strictly: docs/plugin-protocol.md.
extension JSONValue {
    var type: String { self["type"]?.string ?? "" }

    func needed(_ name: String) throws -> String {
        guard let text = self[name]?.string else { throw MalformedAnswer("its \"\(type)\" has no \"\(name)\"") }
        return text
    }

    func moment(_ name: String) throws -> Timestamp? {
        guard let value = self[name], !value.isNull else { return nil }
        guard let moment = value.string.flatMap({ Timestamp(rfc3339: $0) }) else {
            throw MalformedAnswer("\"\(name)\" of its \"\(type)\" is no moment as RFC 3339 writes it")
        }
        return moment
    }

    func sendResult(_ mask: SecretMask) throws -> SendResult {
        let reason = mask.mask(self["reason"]?.string ?? "")
        switch try needed("outcome") {
        case "sent": return .sent(providerID: self["provider_id"]?.string)
        case "deferred": return .deferred(until: try moment("until"), reason: reason)
        case "bounced":
            guard let bounce = Bounce(rawValue: try needed("bounce")) else {
                throw MalformedAnswer("\"bounce\" is one of \(Bounce.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            return .bounced(bounce, reason: reason)
        case "refused": return .refused(reason: reason)
        case "in_doubt": return .inDoubt(reason: reason)
        case let other: throw MalformedAnswer("\"\(other)\" is no outcome of a message")
        }
    }

    func record(_ line: Int64) throws -> SourceRecord {
        guard let values = self["values"]?.object else { throw MalformedAnswer("its \"record\" has no object \"values\"") }
        return SourceRecord(
            stream: self["stream"]?.string ?? "records", line: self["line"]?.integer ?? line, names: values.map(\.name),
            values: values.map(\.value), key: self["key"]?.string)
    }

    func pluginEvent() throws -> PluginEvent {
        let identifiers = try (self["identifiers"]?.array ?? []).map {
            Identifier(kind: try $0.needed("kind"), value: try $0.needed("value"))
        }
        return PluginEvent(
            kind: try needed("kind"), identifiers: identifiers, occurredAt: try moment("occurred_at"),
            properties: self["properties"] ?? [:], id: self["id"]?.string, message: self["message"]?.string)
    }

    func callbackResult() throws -> CallbackResult {
        CallbackResult(events: try (self["events"]?.array ?? []).map { try $0.pluginEvent() }, answer: self["answer"]?.string)
    }

    /// The plugin's own complaint, to be thrown as what it is.
    func problem(_ mask: SecretMask) -> Problem {
        Problem(
            "plugin.problem", mask.mask(self["reason"]?.string ?? "it gives no reason"),
            at: self["option"]?.string.map { Problem.Place(path: $0) }, remedy: self["remedy"]?.string.map(mask.mask))
    }
}
