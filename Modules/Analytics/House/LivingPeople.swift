import RapportCore
import RapportStorage

/// Who counts in analyses: not erased or merged people, nor, unless asked for, those who are known by a device only.
struct LivingPeople {
    private var isLiving: [Bool] = []
    /// How many people the house has.
    private(set) var count = 0
    /// No person's number is this or more.
    var bound: Int { isLiving.count }

    /// - Parameter people: these alone; `nil`: all.
    init(of people: [PersonID]? = nil, anonymousToo: Bool = false, in db: Connection) throws {
        isLiving = [Bool](repeating: false, count: Int(try db.integer("SELECT MAX(id) FROM people") ?? 0) + 1)
        let known: SQL = anonymousToo ? "" : " AND anonymous = 0"
        try db.each("SELECT id FROM people WHERE state = 0\(known)") { row in
            isLiving[row.int(0)] = true
            count += 1
        }
        guard let people else { return }
        var chosen = [Bool](repeating: false, count: isLiving.count)
        for person in people where contains(person) { chosen[Int(person)] = true }
        isLiving = chosen
    }

    /// Leaves out those who may not be profiled.
    mutating func remove(_ people: [PersonID]) {
        for person in people where contains(person) { isLiving[Int(person)] = false }
    }

    func contains(_ person: PersonID) -> Bool {
        person > 0 && person < isLiving.count && isLiving[Int(person)]
    }
}
