import RapportCore
import RapportStorage

/// Restrictions of processing (GDPR, article 18) that nobody has lifted since.
enum Restrictions {
    static func inForce(_ people: [PersonID], in db: Connection) throws -> Set<PersonID> {
        guard try db.integer("SELECT 1 FROM restrictions LIMIT 1") != nil else { return [] }
        var last: [PersonID: (at: Timestamp, lifts: Bool)] = [:]
        try db.each("SELECT person, lifts, at FROM restrictions WHERE person IN \(list: people) ORDER BY person, id") { row in
            let (lifts, at) = (row.bool(1), row.timestamp(2))
            if let known = last[row.integer(0)], known.at > at { return }
            last[row.integer(0)] = (at, lifts)
        }
        return Set(last.filter { !$0.value.lifts }.keys)
    }
}
