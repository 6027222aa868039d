public import RapportCore
import RapportEngagement
public import RapportStorage

/// Everything that is kept of a person (GDPR, article 15), in sections of rows, for machines and for people.
public struct AccessExport: Sendable {
    public var person: String
    public var title: String
    public var house: String
    public var madeAt: Timestamp
    /// Those with something in them, in the order in which they are read.
    public var sections: [PersonalSection]

    /// `{"format": "rapport-access-export", "version": 1, …, "sections": {NAME: [ROW, …]}}`
    public var json: JSONValue {
        [
            "format": "rapport-access-export", "version": 1, "person": .string(person), "house": .string(house),
            "made_at": .string(madeAt.rfc3339),
            "sections": .object(sections.map { .init($0.name, .array($0.rows)) }),
        ]
    }
}

extension Rapport {
    /// Reads everything that is kept of somebody. Sections that a module tells in its own way come first, then the rows of every
    /// table that holds something of the person.
    ///
    /// - Throws: `Problem` `person.not_found`.
    public func accessExport(of person: PersonID) async throws -> AccessExport {
        let (explainer, house, now, channels) = (
            explainer, configuration.house.name, clock.now, configuration.channels.map(\.name)
        )
        return try await database.read { db in
            guard let subject = try DataSubject.read(person, in: db) else {
                throw Problem("person.not_found", "there is no such person")
            }
            let schema = PersonalSchema(Host.personalData)
            var sections = try schema.data.flatMap { try $0.sections(of: subject, in: db) }
            let decisions = try explainer.explain(person: subject.person, limit: 100_000, in: db).map(\.json)
            sections.append(PersonalSection("decisions", decisions))
            sections.append(
                PersonalSection("recipients", try Self.recipients(of: subject, channels, in: db)))
            sections += try schema.rows(of: subject, in: db)
            let title = try People.record(of: subject.person, in: db)?.title ?? subject.publicID
            return AccessExport(
                person: subject.publicID, title: title, house: house, madeAt: now,
                sections: sections.filter { !$0.rows.isEmpty })
        }
    }

    /// To whom data of the person went: channels that carried messages, and systems that were told of wishes.
    private static func recipients(of subject: DataSubject, _ channels: [String], in db: Connection) throws -> [JSONValue] {
        let carried = try db.all(
            """
            SELECT acts.channel, COUNT(*), MIN(messages.at), MAX(messages.at) FROM messages JOIN acts ON acts.id = messages.act
            WHERE messages.person IN \(list: subject.people) AND messages.state IN \(list: [3, 4, 6])
            GROUP BY acts.channel ORDER BY acts.channel
            """
        ) { row -> JSONValue in
            [
                "recipient": .string("channels.\(row.text(0))"), "what": "messages", "count": .integer(row.integer(1)),
                "first_at": .string(row.timestamp(2).rfc3339), "last_at": .string(row.timestamp(3).rfc3339),
            ]
        }
        let told = try db.all(
            """
            SELECT instance, duty, COUNT(*), MIN(at), MAX(at) FROM plugin_duties
            WHERE person IN \(list: subject.publicIDs) AND state = 1 GROUP BY instance, duty ORDER BY instance, duty
            """
        ) { row -> JSONValue in
            [
                "recipient": .string(row.text(0)), "what": .string(row.text(1)), "count": .integer(row.integer(2)),
                "first_at": .string(row.timestamp(3).rfc3339), "last_at": .string(row.timestamp(4).rfc3339),
            ]
        }
        return carried + told
    }
}
