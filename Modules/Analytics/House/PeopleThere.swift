import RapportCore
import RapportStorage

/// Who counts in figures that the database adds up: nobody who was erased, and nobody who is known by a device only unless that is asked
/// for. (Merged people have no events of their own.) `LivingPeople` says the same where events are looked at one by one.
enum PeopleThere {
    /// A join that leaves only those; empty where everybody in the database counts, which spares a look at each.
    static func join(_ table: String, anonymousToo: Bool = false, in db: Connection) throws -> SQL {
        let known: SQL = anonymousToo ? "" : " OR anonymous = 1"
        guard try db.integer("SELECT 1 FROM people WHERE state = 2\(known) LIMIT 1") != nil else { return "" }
        let living: SQL = anonymousToo ? "people.state = 0" : "people.state = 0 AND people.anonymous = 0"
        return " JOIN people ON people.id = \(raw: table).person AND \(living)"
    }
}
