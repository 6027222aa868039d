/// One record of a base that lives: what is known of a person, by column. People have several addresses and numbers, so a
/// column may have several values.
public struct MatchSubject: Sendable, Hashable {
    public var id: Int64
    public var values: [String: [String]]

    /// Values of a column beyond these are passed over: whoever has more is a crowd.
    static let most = 6

    public init(id: Int64, values: [String: [String]] = [:]) {
        self.id = id
        self.values = values
    }

    /// Adds a value; an empty one says nothing.
    public mutating func add(_ value: String, to column: String) {
        guard !value.isEmpty, values[column, default: []].count < Self.most, !values[column, default: []].contains(value) else {
            return
        }
        values[column, default: []].append(value)
    }
}
