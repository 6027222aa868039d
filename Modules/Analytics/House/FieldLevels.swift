import RapportCore
import RapportStorage

/// What a field says of everybody, as small numbers: it is mostly a few words, said of many.
struct FieldLevels {
    /// As people read them; text as it is compared, folded.
    private(set) var names: [String] = []
    /// By person's number; -1: nothing.
    private var levels: [Int32]

    /// - Parameter people: above every person's number.
    init(slot: Int, _ type: FieldType, people: Int, in db: Connection) throws {
        let isText = type.column == "TEXT"
        levels = [Int32](repeating: -1, count: people)
        var (texts, numbers): ([String: Int32], [Int64: Int32]) = ([:], [:])
        let column: SQL = "golden.f\(raw: String(slot))"
        try db.stream("SELECT golden.person, \(column) FROM golden WHERE \(column) IS NOT NULL") { row in
            guard case let person = row.int(0), person < levels.count else { return }
            if isText {
                levels[person] = level(of: row.text(1), in: &texts) { $0 }
            } else {
                levels[person] = level(of: row.integer(1), in: &numbers) { number in
                    let shown = type.shown(.integer(number))
                    return shown.string ?? shown.text
                }
            }
        }
    }

    /// Which of the names holds of a person.
    subscript(person: PersonID) -> Int? { levels[Int(person)] < 0 ? nil : Int(levels[Int(person)]) }

    private mutating func level<Value: Hashable>(
        of value: Value, in known: inout [Value: Int32], _ name: (Value) -> String
    ) -> Int32 {
        if let level = known[value] { return level }
        let level = Int32(names.count)
        known[value] = level
        names.append(name(value))
        return level
    }
}
