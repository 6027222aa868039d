/// A row of a list, with where it stood.
struct ListRow: Sendable {
    /// Which file, from 0.
    var file: Int
    var line: Int64
    /// One a column of the list.
    var fields: [String]
    var isRagged = false
    var isRepaired = false
}
