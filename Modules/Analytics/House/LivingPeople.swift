import RapportCore
import RapportStorage

/// Who counts in analyses: not erased or merged people, nor, unless asked for, those who are known by a device only.
struct LivingPeople {
    private var living: PersonSet
    /// How many people the house has.
    private(set) var count: Int
    /// No person's number is this or more.
    var bound: Int { living.bound }

    /// - Parameter people: these alone; `nil`: all.
    init(of people: [PersonID]? = nil, anonymousToo: Bool = false, in db: Connection) throws {
        let house = try db.first("SELECT MAX(id), COUNT(*) FROM people") { (last: $0.integerOrNil(0) ?? 0, count: $0.int(1)) }
        // Nearly everybody counts: it is quicker to read who does not. A number that is nobody's asks for nobody.
        living = PersonSet(bound: Int(house?.last ?? 0) + 1, isFull: true)
        count = house?.count ?? 0
        let unknown: SQL = anonymousToo ? "" : " OR anonymous = 1"
        try db.each("SELECT id FROM people WHERE state <> 0\(unknown)") { row in
            living.remove(row.integer(0))
            count -= 1
        }
        guard let people else { return }
        var chosen = PersonSet(bound: living.bound)
        for person in people where contains(person) { chosen.insert(person) }
        living = chosen
    }

    /// Leaves out those who may not be profiled.
    mutating func remove(_ people: [PersonID]) {
        for person in people where contains(person) { living.remove(person) }
    }

    func contains(_ person: PersonID) -> Bool { living.contains(person) }
}
