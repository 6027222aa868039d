public import RapportCore
public import RapportStorage

/// Finds whose a message was, from what a channel calls it: our id, a Message-ID or Return-Path made of it, or the provider's
/// own name for it.
public struct MessageAddressee: Sendable {
    public let person: PersonID
    /// What events about the message say of it: campaign, channel, topic, act, and the address that it went to.
    public let properties: [JSONValue.Member]

    /// - Parameter channel: the instance that names it; a channel knows only its own messages. `nil`: any.
    public static func find(_ name: String, channel: String?, in db: Connection) throws -> MessageAddressee? {
        guard let key = try key(name, channel: channel, in: db), let act = try ActStore.act(key.act, in: db),
            channel == nil || act.channel == channel,
            // An id can be made up: only the row says that the message was.
            let address = try db.integer("SELECT address FROM messages WHERE person = \(key.person) AND act = \(key.act)")
        else { return nil }
        return MessageAddressee(
            person: key.person,
            properties: [
                .init("campaign", .string(act.name)), .init("channel", .string(act.channel)), .init("topic", .string(act.topic)),
                .init("act", .integer(act.id)), .init("address", .integer(address)), .init("message", .string(key.wireID)),
            ])
    }

    private static func key(_ name: String, channel: String?, in db: Connection) throws -> MessageKey? {
        if let key = MessageKey(wireID: bare(name)) { return key }
        let of: SQL = channel.map { "channel = \($0) AND" } ?? ""
        return try db.first(
            "SELECT person, act FROM provider_ids WHERE \(of) provider_id = \(name) ORDER BY channel LIMIT 1"
        ) { MessageKey(person: $0.integer(0), act: $0.integer(1)) }
    }

    /// `<ID@example.org>` and `b-ID@bounce.example.org` are the id with something around it.
    private static func bare(_ name: String) -> Substring {
        var part = name.drop { $0 == "<" || $0 == " " }.prefix { $0 != "@" && $0 != ">" }
        if part.hasPrefix("b-") { part = part.dropFirst(2) }
        return part
    }
}
