public import RapportCore

/// Values that identify a person, kept beside the log so that erasing them leaves the log in order. Only the door writes
/// them; an event names its own by number.
public enum PersonalValues {
    /// The number of the values of the event at `ref`: unique without asking the database for one.
    static func number(of ref: EventRef) -> Int64 { Int64(ref.partition + 1) << 40 | ref.position }

    /// The personal values of `events`, by `Event.personal`. Erased ones are missing.
    public static func read(of events: [Event], in db: Connection) throws -> [Int64: JSONValue] {
        let numbers = events.map(\.personal).filter { $0 != 0 }.sorted()
        guard !numbers.isEmpty else { return [:] }
        let rows = try db.all("SELECT id, value FROM personal_values WHERE id IN \(list: numbers)") { row in
            (row.integer(0), try JSONValue(parsing: row.text(1)))
        }
        return Dictionary(rows) { $1 }
    }
}
