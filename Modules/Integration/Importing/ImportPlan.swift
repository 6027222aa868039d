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
    /// What is read, where it is files: `FileContents.fingerprint`. A file that was changed meanwhile is another import, and one
    /// that was renamed is the same.
    public var fingerprint = ""
    /// The run of a source that is read again and again; `nil` for a file that somebody imports.
    public var feed: ImportFeed?

    public init(name: String, reader: any DataSource, mapping: Mapping, source: String, feed: ImportFeed? = nil) {
        self.name = name
        self.reader = reader
        self.mapping = mapping
        self.source = source
        self.feed = feed
    }

    /// Whether reading can begin after a bookmark. Where records have no id, equal ones are counted, and a source that can is
    /// read from its start for that.
    var seeks: Bool { mapping.isSeekable || (feed != nil && !reader.rereads) }

    /// Whether an interrupted import goes on, passing over as many records as it had handled. A source may have other records
    /// by then: its next run begins at the last bookmark, and the door knows what came after that.
    var resumes: Bool { feed == nil }

    /// The same for the same thing imported in the same way: an interrupted import is found by it.
    var hash: String {
        // The names of files are a part of it where rules go by them.
        let named = fingerprint.isEmpty || mapping.records.contains { !$0.streams.isEmpty }
        let key = DedupeKey.hash(named ? name : "", source, mapping.signature, fingerprint)
        return key.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}

/// A run of a source: under whose lease, and whether what it brings is the past.
public struct ImportFeed: Sendable {
    public var lease: SourceLease
    public var isFirst: Bool

    public init(lease: SourceLease, isFirst: Bool) {
        self.lease = lease
        self.isFirst = isFirst
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
    /// Columns that the mapping reads and that no record had, each with the one that may be meant.
    public var unseen: [Problem] = []
    public var oddities = ImportOddities()
}
