import Foundation
import RapportCore
import RapportPluginKit

/// What the host says: docs/plugin-protocol.md.
extension CallbackRequest {
    var json: JSONValue {
        [
            "path": .string(path), "method": .string(method), "query": .array(query.map(\.json)),
            "headers": .array(headers.map(\.json)), "body_base64": .string(Data(body).base64EncodedString()),
            "received_at": .string(receivedAt.rfc3339),
        ]
    }
}

extension OutgoingMessage.Header {
    var json: JSONValue { [.string(name), .string(value)] }
}

extension Identifier {
    var json: JSONValue { ["kind": .string(kind), "value": .string(value)] }
}

extension OptOut {
    var json: JSONValue {
        [
            "addresses": .array(addresses.map(\.json)), "topic": topic.map { .string($0) } ?? .null, "at": .string(at.rfc3339),
        ]
    }
}
