public import RapportCore
public import RapportStorage

/// What a field says of everybody.
public enum FieldValues {
    /// The golden values as people read them; text as it is compared, folded.
    public static func read(slot: Int, _ type: FieldType, in db: Connection) throws -> [PersonID: String] {
        let isText = type.column == "TEXT"
        var out: [PersonID: String] = [:]
        try db.stream(
            "SELECT golden.person, golden.f\(raw: String(slot)) FROM golden WHERE golden.f\(raw: String(slot)) IS NOT NULL"
        ) { row in
            let value: JSONValue = isText ? .string(row.text(1)) : type.shown(.integer(row.integer(1)))
            out[row.integer(0)] = value.string ?? value.text
        }
        return out
    }
}
