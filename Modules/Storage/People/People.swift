public import RapportCore

/// Reads the one record of a person.
public enum People {
    /// Where people are now: each of `people` by the person it has become, with that person's partition. Merges are followed.
    public static func current(_ people: [PersonID], in db: Connection) throws -> [PersonID: (person: PersonID, partition: Int)] {
        var next = Dictionary(people.map { ($0, $0) }) { first, _ in first }
        var out: [PersonID: (person: PersonID, partition: Int)] = [:]
        while !next.isEmpty {
            var rows: [PersonID: (partition: Int, survivor: PersonID?)] = [:]
            try db.each("SELECT id, partition, state, survivor FROM people WHERE id IN \(list: Set(next.values).sorted())") {
                rows[$0.integer(0)] = ($0.int(1), $0.integer(2) == 1 ? $0.integerOrNil(3) : nil)
            }
            for (person, at) in next {
                guard let row = rows[at] else {
                    next[person] = nil
                    continue
                }
                next[person] = row.survivor
                if row.survivor == nil { out[person] = (at, row.partition) }
            }
        }
        return out
    }
}
