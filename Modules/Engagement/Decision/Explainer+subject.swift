import RapportCore
public import RapportStorage

extension Explainer {
    /// Explains what `subject` names: a message by its id, or a person by public id or any identifier.
    ///
    /// - Throws: `Problem` `why.not_found` for what names nothing here.
    public func explain(subject: String, limit: Int = 20, in db: Connection) throws -> [Explanation] {
        if let key = MessageKey(wireID: subject) { return try explain(message: key, in: db) }
        if let person = try db.integer("SELECT id FROM people WHERE public_id = \(subject.lowercased())") {
            return try explain(person: person, limit: limit, in: db)
        }
        let values = Set([subject, subject.lowercased(), Text.folded(subject)]).sorted()
        let people = try db.all(
            "SELECT DISTINCT person FROM identifiers WHERE value IN \(list: values) ORDER BY person"
        ) { $0.integer(0) }
        guard !people.isEmpty else {
            throw Problem(
                "why.not_found", "nobody and no message here is called \"\(subject)\"",
                remedy: "Give a public id, an email address, a phone number as +441632960961, or a message's id")
        }
        return try people.flatMap { try explain(person: $0, limit: limit, in: db) }
    }
}
