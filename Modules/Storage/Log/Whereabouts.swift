import RapportCore

/// Where the events of a person go: to the person, or to the one that the person was merged into.
enum Whereabouts: Hashable {
    case at(PersonID, partition: Int)
    case erased

    /// The person whose events they are; `nil` after erasure.
    var person: PersonID? { if case .at(let person, _) = self { person } else { nil } }

    /// - Returns: an entry for each of `people` that exists. 0, which is nobody, has none.
    static func of(_ people: Set<PersonID>, in db: Connection) throws -> [PersonID: Whereabouts] {
        var found: [PersonID: Whereabouts] = [:]
        /// For each alias that is being followed, the people who were asked for.
        var asked: [PersonID: [PersonID]] = [:]
        for person in people where person != 0 { asked[person] = [person] }
        while !asked.isEmpty {
            var next: [PersonID: [PersonID]] = [:]
            try db.each("SELECT id, partition, state, survivor FROM people WHERE id IN \(list: asked.keys.sorted())") { row in
                let id = row.integer(0)
                for person in asked[id] ?? [] {
                    switch (row.integer(2), row.integerOrNil(3)) {
                    case (0, _): found[person] = .at(id, partition: row.int(1))
                    case (1, let survivor?): next[survivor, default: []].append(person)
                    default: found[person] = .erased
                    }
                }
            }
            asked = next
        }
        return found
    }
}
