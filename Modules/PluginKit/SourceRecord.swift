public import RapportCore

/// A record as a source has it, before mapping.
public struct SourceRecord: Sendable, Hashable {
    /// Which table, file or stream it comes from.
    public var stream: String
    /// Where it stands: the 1-based line of a file, or a row number.
    public var line: Int64
    /// Columns in order. Text sources give strings; typed sources give typed values.
    public var names: [String]
    public var values: [JSONValue]
    /// The source's own key of the record, if it has one.
    public var key: String?
    /// What was odd about the record and did not keep it from being read: too few fields, quotes that had to be repaired.
    public var notes: [String]

    public init(
        stream: String, line: Int64, names: [String], values: [JSONValue], key: String? = nil, notes: [String] = []
    ) {
        self.stream = stream
        self.line = line
        self.names = names
        self.values = values
        self.key = key
        self.notes = notes
    }
}
