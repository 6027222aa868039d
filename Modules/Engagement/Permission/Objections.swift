import RapportCore
import RapportStorage

/// Objections that the person has not lifted since.
enum Objections {
    static func inForce(_ people: [PersonID], in db: Connection) throws -> [PersonID: [OptOutEntry]] {
        var made: [PersonID: [OptOutEntry]] = [:]
        var lifted: [PersonID: [OptOutEntry]] = [:]
        try db.each(
            """
            SELECT person, lifts, id, brand, topic, channel, at FROM objections
            WHERE person IN \(list: people) ORDER BY person, id
            """
        ) { row in
            let scope = PermissionScope(brand: row.integer(3), topic: row.integer(4), channel: row.integer(5))
            let entry = OptOutEntry(id: row.integer(2), scope: scope, at: row.timestamp(6))
            if row.bool(1) {
                lifted[row.integer(0), default: []].append(entry)
            } else {
                made[row.integer(0), default: []].append(entry)
            }
        }
        for (person, objections) in made {
            let left = objections.filter { objection in
                let scope = objection.scope
                return !(lifted[person] ?? []).contains {
                    $0.at > objection.at && $0.scope.covers(brand: scope.brand, topic: scope.topic, channel: scope.channel)
                }
            }
            made[person] = left.isEmpty ? nil : left
        }
        return made
    }
}
