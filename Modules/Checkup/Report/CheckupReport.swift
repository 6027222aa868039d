import RapportCore

/// What a checkup found.
public struct CheckupReport: Sendable {
    /// One file of the list.
    public struct Part: Sendable, Hashable {
        public var path: String
        /// Bytes of the file as it lies on disk.
        public var size: Int64
        public var encoding: String
        public var delimiter: String
        public var hasHeader: Bool
        public var rows = 0
        /// Tables after the first, which were not read.
        public var furtherTables = 0

        init(path: String, size: Int64, encoding: String, delimiter: String, hasHeader: Bool) {
            self.path = path
            self.size = size
            self.encoding = encoding
            self.delimiter = delimiter
            self.hasHeader = hasHeader
        }
    }

    public struct Column: Sendable, Hashable {
        public var name: String
        public var role: ColumnRole
        /// Rows that have a value there.
        public var filled: Int
        /// Of them, those with nothing wrong.
        public var sound: Int
    }

    public struct Kind: Sendable, Hashable {
        public var finding: Finding
        /// How many values.
        public var values: Int
        /// On how many rows.
        public var rows: Int
        /// In which columns, most first.
        public var columns: [String]
        public var examples: [FoundValue] = []
    }

    /// One reason why rows cannot be written to, and how many first fail by it.
    public struct Step: Sendable, Hashable {
        public var block: Block
        public var name: String
        public var rows: Int
        /// Rows that nothing else stops.
        public var alone: Int
    }

    /// What proves a permission and stands in no column.
    public enum Gap: String, Sendable, Hashable { case date, source, wording }

    public internal(set) var parts: [Part]
    public internal(set) var rows: Int
    public internal(set) var columns: [Column]
    public internal(set) var kinds: [Kind]
    public internal(set) var steps: [Step]
    /// Rows to whose address mail would go.
    public internal(set) var deliverable: Int
    /// Rows that can be written to today.
    public internal(set) var writable: Int
    /// How many there are when those that are one are counted once.
    public internal(set) var people: Int
    public internal(set) var hasAddresses: Bool
    /// Some column says who agreed.
    public internal(set) var saysWhoAgreed: Bool
    /// Some column says who must not be written to.
    public internal(set) var saysWhoLeft: Bool
    public internal(set) var gaps: [Gap]
    /// Where phone numbers were dialled, if that is known.
    public internal(set) var home: String?
    public internal(set) var unjudgedPhones: Int
    /// Whether rows were compared with each other.
    public internal(set) var wasCompared: Bool
    /// Whose export it is, by its columns.
    public internal(set) var export: String?

    public func kind(_ finding: Finding) -> Kind? { kinds.first { $0.finding == finding } }

    /// What would bring most rows back if it were mended, and how many.
    public var firstMend: Step? {
        steps.filter { [.mistyped, .unproven, .noAddress, .contradictory].contains($0.block) && $0.alone > 0 }
            .max { ($0.alone, $1.block.rawValue) < ($1.alone, $0.block.rawValue) }
    }
}
