public import RapportCore
public import RapportPluginKit

/// What is imported, and how.
public struct ImportPlan: Sendable {
    /// As people know it: a file, or the name of an instance.
    public var name: String
    public var reader: any DataSource
    public var mapping: Mapping
    /// The name of the source on the log.
    public var source: String

    public init(name: String, reader: any DataSource, mapping: Mapping, source: String) {
        self.name = name
        self.reader = reader
        self.mapping = mapping
        self.source = source
    }

    /// The same for the same thing imported in the same way: an interrupted import is found by it.
    var hash: String {
        let key = DedupeKey.hash(name, source, "\(mapping)")
        return key.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}

/// How far an import is.
public struct ImportProgress: Sendable, Hashable {
    /// Records handled, of them added, known already, rejected; and parts of records left out.
    public var records: Int64 = 0
    public var added: Int64 = 0
    public var duplicates: Int64 = 0
    public var rejected: Int64 = 0
    public var omitted: Int64 = 0
    /// How much of the source is read, in units of the source (bytes of a file), where it can tell.
    public var done: Int64 = 0
    public var total: Int64?

    public init() {}
}

/// What became of an import, or would.
public struct ImportReport: Sendable {
    /// 0 for a dry run.
    public var id: Int64
    public var progress: ImportProgress
    /// Whether it went on where an earlier one was interrupted.
    public var resumed: Bool
    /// Events by kind: those added, or those that a dry run would bring.
    public var kinds: [String: Int64]
    /// The first of what was rejected or left out.
    public var problems: [Problem]
}
