import Foundation
import RapportCore

/// What the plugin's side of the protocol reads and writes: docs/plugin-protocol.md.
extension OutgoingMessage {
    init(json: JSONValue) throws {
        func needed(_ name: String) throws -> String {
            guard let text = json[name]?.string else { throw Problem("plugin.request", "a message has no \"\(name)\"") }
            return text
        }
        self.init(
            id: try needed("id"), to: try needed("to"), toName: json["to_name"]?.string, from: json["from"]?.string ?? "",
            fromName: json["from_name"]?.string, replyTo: json["reply_to"]?.string, subject: json["subject"]?.string ?? "",
            text: json["text"]?.string ?? "", html: json["html"]?.string, language: json["language"]?.string ?? "en",
            headers: Header.list(json["headers"]), unsubscribeURL: json["unsubscribe_url"]?.string,
            topicClass: json["topic_class"]?.string ?? "", person: json["person"]?.string ?? "",
            metadata: json["metadata"] ?? [:])
    }
}

extension OutgoingMessage.Header {
    static func list(_ json: JSONValue?) -> [OutgoingMessage.Header] {
        (json?.array ?? []).compactMap { pair in
            guard let name = pair.array?.first?.string, let value = pair.array?.last?.string else { return nil }
            return OutgoingMessage.Header(name, value)
        }
    }
}

extension SendResult {
    var members: [JSONValue.Member] {
        func outcome(_ name: String, _ reason: String? = nil) -> [JSONValue.Member] {
            [.init("outcome", .string(name))] + (reason.map { [.init("reason", .string($0))] } ?? [])
        }
        return switch self {
        case .sent(let id): outcome("sent") + (id.map { [.init("provider_id", .string($0))] } ?? [])
        case .deferred(let until, let reason):
            outcome("deferred", reason) + (until.map { [.init("until", .string($0.rfc3339))] } ?? [])
        case .bounced(let bounce, let reason): outcome("bounced", reason) + [.init("bounce", .string(bounce.rawValue))]
        case .refused(let reason): outcome("refused", reason)
        case .inDoubt(let reason): outcome("in_doubt", reason)
        }
    }
}

extension CallbackRequest {
    init(json: JSONValue) throws {
        guard let path = json["path"]?.string, let body = Data(base64Encoded: json["body_base64"]?.string ?? "") else {
            throw Problem("plugin.request", "a callback has no path or no body")
        }
        self.init(
            path: path, method: json["method"]?.string ?? "POST", query: OutgoingMessage.Header.list(json["query"]),
            headers: OutgoingMessage.Header.list(json["headers"]), body: Array(body),
            receivedAt: json["received_at"]?.string.flatMap { Timestamp(rfc3339: $0) } ?? .distantPast)
    }
}

extension PluginEvent {
    var json: JSONValue {
        var members: [JSONValue.Member] = [.init("kind", .string(kind))]
        if let id { members.append(.init("id", .string(id))) }
        if let message { members.append(.init("message", .string(message))) }
        if !identifiers.isEmpty {
            members.append(
                .init("identifiers", .array(identifiers.map { ["kind": .string($0.kind), "value": .string($0.value)] })))
        }
        if let occurredAt { members.append(.init("occurred_at", .string(occurredAt.rfc3339))) }
        return .object(members + [.init("properties", properties)])
    }
}

extension OptOut {
    init(json: JSONValue) throws {
        self.init(
            addresses: try (json["addresses"]?.array ?? []).map { try Identifier(json: $0) }, topic: json["topic"]?.string,
            at: json["at"]?.string.flatMap { Timestamp(rfc3339: $0) } ?? .distantPast)
    }
}

extension Identifier {
    init(json: JSONValue) throws {
        guard let kind = json["kind"]?.string, let value = json["value"]?.string else {
            throw Problem("plugin.request", "an address has no kind or no value")
        }
        self.init(kind: kind, value: value)
    }
}
