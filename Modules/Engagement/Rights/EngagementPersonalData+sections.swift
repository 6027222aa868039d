import RapportCore
public import RapportStorage

extension EngagementPersonalData {
    /// Messages with what is kept of their content: the version of the template that they were made of.
    public func sections(of subject: DataSubject, in db: Connection) throws -> [PersonalSection] {
        struct Sent {
            var act, brand, topic, channel, template: String
            var version: Int64
            var state: Int64
            var at: Timestamp
        }
        let sent = try db.all(
            """
            SELECT acts.name, acts.brand, acts.topic, acts.channel, acts.template, acts.template_version, messages.state,
                messages.at
            FROM messages JOIN acts ON acts.id = messages.act
            WHERE messages.person IN \(list: subject.people) ORDER BY messages.act, messages.person
            """
        ) { row in
            Sent(
                act: row.text(0), brand: row.text(1), topic: row.text(2), channel: row.text(3), template: row.text(4),
                version: row.integer(5), state: row.integer(6), at: row.timestamp(7))
        }
        var contents: [String: JSONValue] = [:]
        try db.each(
            """
            SELECT name, version, body FROM definitions
            WHERE kind = 'template' AND name IN \(list: Set(sent.map(\.template)).sorted())
            """
        ) { row in contents["\(row.text(0)) \(row.integer(1))"] = try JSONValue(parsing: row.text(2)) }
        return [
            PersonalSection(
                "messages",
                sent.map { message in
                    [
                        "message": .string(message.act), "state": .string(MessageState(rawValue: message.state)?.name ?? ""),
                        "at": .string(message.at.rfc3339), "brand": .string(message.brand), "topic": .string(message.topic),
                        "channel": .string(message.channel),
                        "template": .string("\(message.template), version \(message.version)"),
                        "content": contents["\(message.template) \(message.version)"] ?? .null,
                    ]
                })
        ]
    }
}
