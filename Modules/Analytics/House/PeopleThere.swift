import RapportCore
import RapportStorage

/// Who counts in figures: nobody who was erased, and nobody who is known by a device only. (Merged people have no events of their own.)
enum PeopleThere {
    /// A join that leaves only those; empty where everybody in the database counts, which spares a look at each.
    static func join(_ table: String, in db: Connection) throws -> SQL {
        let somebody = try db.integer("SELECT 1 FROM people WHERE state = 2 OR anonymous = 1 LIMIT 1") != nil
        return somebody
            ? " JOIN people ON people.id = \(raw: table).person AND people.state = 0 AND people.anonymous = 0" : ""
    }
}
