import RapportCore
public import RapportStorage

extension Explainer {
    /// Explains what `subject` names: a message by its id, a campaign by its name, or a person by public id or any identifier.
    /// A name that is both a campaign's and somebody's identifier is explained as both.
    ///
    /// - Throws: `Problem` `why.not_found` for what names nothing here.
    public func explain(subject: String, limit: Int = 20, in db: Connection) throws -> [Explanation] {
        if let key = MessageKey(wireID: subject) { return try explain(message: key, in: db) }
        if let person = try db.integer("SELECT id FROM people WHERE public_id = \(subject.lowercased())") {
            return try explain(person: person, limit: limit, in: db)
        }
        let campaigns = try db.all("SELECT name FROM campaigns ORDER BY name") { $0.text(0) }
        var found = campaigns.contains(subject) ? [try explain(campaign: subject, in: db)] : []
        let values = Set([subject, subject.lowercased(), Text.folded(subject)]).sorted()
        let people = try db.all(
            "SELECT DISTINCT person FROM identifiers WHERE value IN \(list: values) ORDER BY person"
        ) { $0.integer(0) }
        found += try people.flatMap { try explain(person: $0, limit: limit, in: db) }
        guard !found.isEmpty else {
            let nearest = Spelling.nearest(to: subject, in: campaigns).map { "Did you mean the campaign \"\($0)\"? " } ?? ""
            throw Problem(
                "why.not_found", "nobody, no campaign and no message here is called \"\(subject)\"",
                remedy: nearest
                    + "Give a public id, an email address, a phone number as +441632960961, a campaign's name or a message's id")
        }
        return found
    }
}
