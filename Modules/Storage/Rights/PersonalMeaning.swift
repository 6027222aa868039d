/// What a column says to somebody who reads their own data.
public enum PersonalMeaning: Sendable, Hashable {
    /// Numbers of rows, which say nothing to people.
    case hidden
    case plain
    /// Milliseconds; 0 is none.
    case moment
    /// Text that is JSON.
    case json
    /// A number for each of a few words.
    case words([Int64: String])
    /// The number of a row of another table that has a name; `0` is the word.
    case name(table: String, key: String, column: String, zero: String?)

    public static let source = name(table: "sources", key: "id", column: "name", zero: nil)
    public static let kind = name(table: "kinds", key: "id", column: "name", zero: nil)
    /// Brands, topics and channels: 0 means all.
    public static let scope = name(table: "symbols", key: "id", column: "value", zero: "all")
    public static let symbol = name(table: "symbols", key: "id", column: "value", zero: nil)
    public static let act = name(table: "acts", key: "id", column: "name", zero: nil)
    public static let person = name(table: "people", key: "id", column: "public_id", zero: nil)

    /// What a column of that name means everywhere, unless its table says otherwise.
    static func usual(_ column: String, isInteger: Bool) -> PersonalMeaning {
        switch column {
        case "partition", "position", "profile", "id", "person", "epoch", "batch", "holder", "attempts": .hidden
        case "source" where isInteger: .source
        case "act" where isInteger: .act
        case "details", "data", "undo", "payload": .json
        case "at", "since", "until": isInteger ? .moment : .plain
        default: isInteger && column.hasSuffix("_at") ? .moment : .plain
        }
    }
}
