/// One finding with its value, as it is shown and written.
public struct FoundValue: Sendable, Hashable {
    public var finding: Finding
    /// The file, by its place among those that were named.
    public var file: Int
    /// The physical line, 1-based, on which the row starts.
    public var line: Int64
    /// Empty for the row as a whole.
    public var column: String
    public var value: String
    /// What was most likely meant, or where the same stands.
    public var suggestion: String?
}
