/// What is known beforehand of where a file names its columns.
public enum StatedHeader: Sendable, Hashable {
    /// To be found out.
    case auto
    /// Nowhere.
    case none
    /// On the first row of the table.
    case first
    /// On this physical line, 1-based.
    case line(Int)
}
