import RapportCore

/// One call of the Segment HTTP Tracking API, read and checked: who, what, when.
///
/// Source: Segment, "HTTP Tracking API source" and "Spec: Common fields".
struct TrackedCall: Sendable {
    enum Kind: String, Sendable, CaseIterable { case identify, track, page, screen, group, alias }

    static let maximumIDLength = 255

    var kind: Kind
    var userID: String?
    var anonymousID: String?
    /// `alias` only: who this was before.
    var previousID: String?
    var messageID: String?
    /// When it happened, with the skew of the client's clock taken out.
    var occurredAt: Timestamp?
    /// Whether the client says when it sent this by something that is no time: its clock could not be corrected.
    var isUncorrected: Bool
    var body: JSONValue

    /// - Parameters:
    ///   - kind: from the path, or `nil` to read `type`, as within a batch.
    ///   - sentAt: when the client says that it sent the batch; what the call itself says comes first.
    /// - Throws: `Problem` naming the member that is missing or wrong.
    init(_ body: JSONValue, kind: Kind?, sentAt: ClientTime = .unsaid, receivedAt: Timestamp) throws {
        guard case .object = body else { throw Problem("track.not_an_object", "a call must be a JSON object") }
        if let kind {
            self.kind = kind
        } else {
            guard let named = body["type"]?.string.flatMap(Kind.init(rawValue:)) else {
                throw Problem(
                    "track.unknown_type", "`type` must be one of identify, track, page, screen, group, alias",
                    at: .init(path: "type"))
            }
            self.kind = named
        }
        userID = try Self.identifier(body, "userId")
        anonymousID = try Self.identifier(body, "anonymousId")
        previousID = try Self.identifier(body, "previousId")
        messageID = try Self.identifier(body, "messageId")
        if self.kind == .track { try Self.checkName(body) }
        if self.kind == .alias {
            guard userID != nil, previousID != nil else {
                throw Problem("track.no_identity", "alias needs `userId` and `previousId`", at: .init(path: "previousId"))
            }
        } else if userID == nil, anonymousID == nil {
            throw Problem("track.no_identity", "a call needs `userId` or `anonymousId`", at: .init(path: "userId"))
        }
        let claimed = try Self.time(body, "timestamp") ?? Self.time(body, "originalTimestamp")
        let own = ClientTime(body["sentAt"])
        let sent = own == .unsaid ? sentAt : own
        isUncorrected = sent == .unread
        // timestamp = receivedAt - (sentAt - originalTimestamp): the client's clock may be wrong, its differences are not.
        occurredAt = claimed.map { claimed in sent.time.map { receivedAt - ($0 - claimed) } ?? claimed }
        self.body = body
    }

    /// `track` says what happened; the specification knows no event without a name.
    private static func checkName(_ body: JSONValue) throws {
        guard let name = body["event"]?.string, !name.allSatisfy(\.isWhitespace) else {
            throw Problem(
                "track.no_event", "track needs `event`: a text that names what happened", at: .init(path: "event"),
                remedy: "Send a name such as \"Order Completed\"")
        }
    }

    /// Ids may be written as numbers; the empty text is as good as none.
    private static func identifier(_ body: JSONValue, _ name: String) throws -> String? {
        switch body[name] {
        case nil, .null?: return nil
        case .integer(let number)?: return String(number)
        case .string(let text)?:
            guard text.utf8.count <= maximumIDLength else {
                throw Problem(
                    "track.id_too_long", "`\(name)` is longer than \(maximumIDLength) bytes", at: .init(path: name))
            }
            return text.isEmpty ? nil : text
        default: throw Problem("track.bad_id", "`\(name)` must be text", at: .init(path: name))
        }
    }

    private static func time(_ body: JSONValue, _ name: String) throws -> Timestamp? {
        let said = ClientTime(body[name])
        guard said != .unread else {
            throw Problem(
                "track.bad_time", "`\(name)` must be a time such as 2026-03-01T09:30:00.000Z, or Unix seconds or milliseconds",
                at: .init(path: name))
        }
        return said.time
    }
}
