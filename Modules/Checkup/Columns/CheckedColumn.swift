/// A column, and what was taken of it.
public struct CheckedColumn: Sendable, Hashable {
    public let index: Int
    public let name: String
    public var role: ColumnRole
    /// Which of day and month stands first in a column of dates.
    public var order: DateOrder = .dayFirst
    /// Most of it is written in capitals.
    var isLoud = false
    /// Nearly every row should have a value of its own.
    var isTelling = false
}
