public import RapportCore

extension OutgoingMessage {
    /// The message as JSON, in the names of the plugin protocol.
    public var json: JSONValue {
        var members: [JSONValue.Member] = [.init("id", .string(id)), .init("to", .string(to))]
        if let toName { members.append(.init("to_name", .string(toName))) }
        members.append(.init("from", .string(from)))
        if let fromName { members.append(.init("from_name", .string(fromName))) }
        if let replyTo { members.append(.init("reply_to", .string(replyTo))) }
        members += [.init("subject", .string(subject)), .init("text", .string(text))]
        if let html { members.append(.init("html", .string(html))) }
        members += [
            .init("language", .string(language)),
            .init("headers", .array(headers.map { [.string($0.name), .string($0.value)] })),
        ]
        if let unsubscribeURL { members.append(.init("unsubscribe_url", .string(unsubscribeURL))) }
        members += [
            .init("topic_class", .string(topicClass)), .init("person", .string(person)), .init("metadata", metadata),
        ]
        return .object(members)
    }
}
