import RapportCore

/// What a link in a message stands for.
public enum SignedLink: Sendable, Hashable {
    /// Ends `topic` on `channel` (the kind of address: `email`); names the message that the person answers with it.
    case unsubscribe(MessageKey, topic: String, channel: String)
    /// The person's own page of choices.
    case preferences(MessageKey)
    /// Leads on to `url`, having noted that the link was followed.
    case click(MessageKey, url: String)

    /// The first part of its path.
    public var path: String {
        switch self {
        case .unsubscribe: "u"
        case .preferences: "p"
        case .click: "c"
        }
    }

    public var message: MessageKey {
        switch self {
        case .unsubscribe(let key, _, _), .preferences(let key), .click(let key, _): key
        }
    }
}

extension SignedLink {
    var encoded: [UInt8] {
        var out: [UInt8] = []
        func number(_ value: Int64) {
            let bytes = (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * $0)) }.drop { $0 == 0 }
            out.append(UInt8(bytes.count))
            out += bytes
        }
        func field(_ bytes: [UInt8]) {
            out.append(UInt8(bytes.count >> 8))
            out.append(UInt8(bytes.count & 255))
            out += bytes
        }
        switch self {
        case .unsubscribe: out.append(1)
        case .preferences: out.append(2)
        case .click: out.append(3)
        }
        number(message.person)
        number(message.act)
        switch self {
        case .unsubscribe(_, let topic, let channel):
            field(Array(topic.utf8))
            field(Array(channel.utf8))
        case .preferences: break
        case .click(_, let url): field(Array(url.utf8.prefix(2_048)))
        }
        return out
    }

    init?(encoded bytes: [UInt8]) {
        var rest = bytes[...]
        func number() -> Int64? {
            guard let count = rest.popFirst(), count <= 8, rest.count >= Int(count) else { return nil }
            defer { rest = rest.dropFirst(Int(count)) }
            return rest.prefix(Int(count)).reduce(Int64(0)) { $0 << 8 | Int64($1) }
        }
        func text() -> String? {
            guard let high = rest.popFirst(), let low = rest.popFirst() else { return nil }
            let count = Int(high) << 8 | Int(low)
            guard rest.count >= count else { return nil }
            defer { rest = rest.dropFirst(count) }
            return String(validating: rest.prefix(count), as: UTF8.self)
        }
        guard let kind = rest.popFirst(), let person = number(), let act = number() else { return nil }
        let key = MessageKey(person: person, act: act)
        switch kind {
        case 1:
            guard let topic = text(), let channel = text(), rest.isEmpty else { return nil }
            self = .unsubscribe(key, topic: topic, channel: channel)
        case 2:
            guard rest.isEmpty else { return nil }
            self = .preferences(key)
        case 3:
            guard let url = text(), rest.isEmpty else { return nil }
            self = .click(key, url: url)
        default: return nil
        }
    }
}
